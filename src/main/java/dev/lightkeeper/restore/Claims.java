package dev.lightkeeper.restore;

import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the claim of a migration's handoff: made, used up, or given up, and the journal
 * with it.
 *
 * @param remotes every one that may hold it
 */
record Claims(RestoreFolder folder, List<Remote> remotes, RestoreWatcher watcher) {
  /** Written down before it is done: a claim keeps the source locked until it is given up. */
  void claim(Takeover takeover, RestoreJournal journal)
      throws RestoreException, IOException, InterruptedException {
    watcher.step("claiming the handoff");
    folder.write(journal.in(Phase.CLAIMING));
    takeover.claim();
  }

  /** Nothing was touched; only a claim that may be on a remote has to be remembered. */
  void forget(Path home, Path staging, @Nullable Takeover takeover) throws IOException {
    if (takeover != null && takeover.doubtful()) {
      Trees.remove(staging);
      watcher.note(
          "It may have been claimed all the same: run this again, or give it up with 'lightkeeper"
              + " restore --rollback'");
    } else {
      Trees.remove(home);
    }
  }

  /** The last thing before anything starts: after it the archive is old. */
  void spend(Takeover takeover) throws HandoffException, InterruptedException {
    watcher.step("telling every remote that its nodes run here now");
    takeover.spend();
    takeover.announce().forEach(watcher::note);
  }

  /** A claim that comes to nothing is given up: the source may go on. */
  void giveUp(RestoreJournal journal) throws InterruptedException {
    boolean interrupted = Thread.interrupted();
    try {
      abandon(journal);
    } catch (HandoffException | IOException e) {
      watcher.note(
          "The handoff could not be given up (%s): until 'lightkeeper restore --rollback' does, the old server stays locked"
              .formatted(e.getMessage()));
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void abandon(RestoreJournal journal) throws HandoffException, IOException, InterruptedException {
    RestoreJournal.Handover handover = journal.handover();
    if (handover != null && !handover.givenUp()) {
      try {
        Takeover.of(journal, handover, remotes).abandon();
      } catch (HandoffException e) {
        if (journal.phase() == Phase.CLAIMING
            && handover.complete()
            && e.kind() == HandoffException.Kind.REFUSED) {
          // Another host's, or none any more: it must not hide an earlier restore for ever.
          folder.write(journal.handing(handover.abandoned()).in(Phase.ROLLED_BACK));
        }
        throw e;
      }
      folder.write(journal.handing(handover.abandoned()).in(Phase.ROLLED_BACK));
      watcher.note(
          "The handoff was given up. On the old server, 'lightkeeper handoff release' lets its"
              + " nodes run again");
    }
  }

  /** Says that a killed run's claim is kept. */
  void note(RestoreJournal journal) {
    if (journal.claims()) {
      watcher.note(
          "Its handoff stays claimed by this host: run it again with --migrate, or give it up with"
              + " 'lightkeeper restore --rollback'");
    }
  }
}
