package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Ends a restore whose process was killed, by its journal. */
record Recovery(RestoreSite site) {
  /** What became of it. */
  sealed interface Ended {
    /** There was none. */
    record Nothing() implements Ended {}

    /** The host is as it was before it. */
    record RolledBack() implements Ended {}

    /** All of it is in place. */
    record Finished(FinishedRestore restore) implements Ended {}
  }

  /**
   * Ends none that a person does not want ended.
   *
   * @throws RestoreException REFUSED
   */
  void insistAgreed() throws RestoreException, IOException {
    Optional<RestoreJournal> pending = site.folder().pending();
    if (pending.isEmpty()) {
      return;
    }
    String then =
        switch (pending.get().phase()) {
          case SWAPPING, ROLLING_BACK ->
              used(pending.get()).isPresent()
                  ? "A node of it ran here since: it is finished, and no other is begun."
                  : "It is rolled back first.";
          case SPENDING, STARTING -> "It is finished, and no other is begun.";
          case CLAIMING, DONE, ROLLED_BACK -> throw new IllegalStateException("it is not pending");
        };
    String what = "restore %s, was cut short".formatted(pending.get().name());
    if (!site.watcher().agree("The " + what + ". " + then)) {
      throw new RestoreException(
          Kind.REFUSED,
          "the " + what + ", and is left as it is",
          "run this without --dry-run and say yes to end it, or undo it: lightkeeper restore"
              + " --rollback");
    }
  }

  /** Rolls it back if not all was in place yet, else starts the stack. */
  Ended run() throws RestoreException, DeploymentException, IOException, InterruptedException {
    Optional<RestoreJournal> pending = site.folder().pending();
    if (pending.isEmpty()) {
      return new Ended.Nothing();
    }
    RestoreJournal journal = pending.get();
    RestoreWatcher watcher = site.watcher();
    Optional<String> used = used(journal);
    if (used.isPresent()) {
      watcher.note(
          "A migration of %s was cut short, and a node of it ran since (%s): finishing it"
              .formatted(journal.archive(), used.get()));
      return finish(journal, used.get());
    }
    return switch (journal.phase()) {
      case SWAPPING -> {
        watcher.note("A restore of " + journal.archive() + " was cut short: rolling it back");
        site.rollBack(journal);
        Trees.remove(site.folder().staging(journal.id()));
        site.claims().note(journal);
        yield new Ended.RolledBack();
      }
      case ROLLING_BACK -> {
        watcher.note(
            "Rolling back the restore of " + journal.archive() + " was cut short: ending it");
        site.rollBack(journal);
        if (journal.handover() != null) {
          Trees.remove(site.folder().staging(journal.id()));
          site.claims().note(journal);
        }
        yield new Ended.RolledBack();
      }
      case SPENDING -> {
        watcher.note("A migration of " + journal.archive() + " was cut short: finishing it");
        spend(journal);
        yield start(journal);
      }
      case STARTING -> {
        watcher.note("A restore of " + journal.archive() + " was cut short: finishing it");
        yield start(journal);
      }
      case CLAIMING, DONE, ROLLED_BACK -> throw new IllegalStateException("it is not pending");
    };
  }

  private Optional<String> used(RestoreJournal journal) throws IOException {
    return new PlacedDatabases(site.folder(), journal).used();
  }

  /** Nothing else has the channels of a node that ran: whatever was not done yet is done. */
  private Ended finish(RestoreJournal journal, String used)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    site.compose().down();
    Takeover takeover =
        Takeover.of(journal, Objects.requireNonNull(journal.handover()), site.remotes());
    site.watcher().step("putting volumes in place");
    try {
      site.swap(journal);
      site.folder().write(journal.in(Phase.SPENDING));
      takeover.spendLate();
      takeover.announce().forEach(site.watcher()::note);
    } catch (HandoffException e) {
      throw e.kind() == HandoffException.Kind.REFUSED
          ? Takeover.ranAgainst(journal, used, e)
          : Takeover.unfinished(journal, e);
    } catch (IOException e) {
      throw Takeover.unfinished(journal, e);
    }
    site.folder().write(journal.in(Phase.STARTING));
    return start(journal);
  }

  private Ended start(RestoreJournal journal) throws IOException {
    RestoreSite.Started started = site.start(journal, null);
    return new Ended.Finished(
        new FinishedRestore(
            journal.archive(),
            journal.sha256(),
            started.problems(),
            Todo.of(journal, site.folder()),
            started.interrupted()));
  }

  /** All is in place, and the killed process may have used the offer up: nobody else can go on. */
  private void spend(RestoreJournal journal)
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
  }
}
