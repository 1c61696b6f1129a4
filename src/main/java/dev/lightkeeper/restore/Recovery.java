package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Ends a restore whose process was killed, by its journal. */
record Recovery(RestoreSite site) {
  /**
   * Rolls it back if not all was in place yet, else starts the stack.
   *
   * @return whether there was one
   */
  boolean run() throws RestoreException, DeploymentException, IOException, InterruptedException {
    Optional<RestoreJournal> pending = site.folder().pending();
    if (pending.isEmpty()) {
      return false;
    }
    RestoreJournal journal = pending.get();
    RestoreWatcher watcher = site.watcher();
    switch (journal.phase()) {
      case SWAPPING -> {
        watcher.note("A restore of " + journal.archive() + " was cut short: rolling it back");
        site.rollBack(journal);
        Trees.remove(site.folder().staging(journal.id()));
        site.claims().note(journal);
      }
      case ROLLING_BACK -> {
        watcher.note(
            "Rolling back the restore of " + journal.archive() + " was cut short: ending it");
        site.rollBack(journal);
        if (journal.handover() != null) {
          Trees.remove(site.folder().staging(journal.id()));
          site.claims().note(journal);
        }
      }
      case SPENDING -> {
        watcher.note("A migration of " + journal.archive() + " was cut short: finishing it");
        finish(journal);
      }
      case STARTING -> {
        watcher.note("A restore of " + journal.archive() + " was cut short: finishing it");
        site.start(journal, null).forEach(watcher::note);
      }
      case CLAIMING, DONE, ROLLED_BACK -> throw new IllegalStateException("it is not pending");
    }
    return true;
  }

  /** All is in place, and the killed process may have used the offer up: nobody else can go on. */
  private void finish(RestoreJournal journal)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    RestoreWatcher watcher = site.watcher();
    try {
      Takeover takeover =
          Takeover.of(journal, Objects.requireNonNull(journal.handover()), site.remotes());
      takeover.spend();
      takeover.announce().forEach(watcher::note);
    } catch (HandoffException e) {
      if (e.kind() != HandoffException.Kind.REFUSED) {
        throw Takeover.unfinished(journal, e);
      }
      site.rollBack(journal);
      site.claims().giveUp(journal);
      Trees.remove(site.folder().staging(journal.id()));
      throw RestoreSite.rolledBack(Takeover.refused(e));
    }
    site.folder().write(journal.in(Phase.STARTING));
    site.start(journal, null).forEach(watcher::note);
  }
}
