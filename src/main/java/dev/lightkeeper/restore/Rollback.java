package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Compose;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings the host back to what it was before a restore. Nothing that was restored is deleted. */
final class Rollback {
  private final Engine engine;
  private final BtcpayEnvironment environment;
  private final RestoreFolder folder;
  private final RestoreWatcher watcher;

  Rollback(
      Engine engine, BtcpayEnvironment environment, RestoreFolder folder, RestoreWatcher watcher) {
    this.engine = engine;
    this.environment = environment;
    this.folder = folder;
    this.watcher = watcher;
  }

  /**
   * Undoes the moves, and starts the stack if it ran before. May be called again.
   *
   * @throws RestoreException STUCK: the journal is kept, and the next run goes on; also if a node
   *     ran with what a migration put in place
   */
  void run(RestoreJournal journal) throws RestoreException, InterruptedException {
    boolean interrupted = Thread.interrupted();
    try {
      undo(journal);
    } catch (IOException | DeploymentException e) {
      throw new RestoreException(
          Kind.STUCK,
          "the host could not be rolled back: " + e.getMessage(),
          "start nothing; see to that, then run 'lightkeeper restore --rollback' again ("
              + folder.of(journal.id())
              + " has the journal)",
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void undo(RestoreJournal journal)
      throws RestoreException, IOException, DeploymentException, InterruptedException {
    PlacedDatabases placed = new PlacedDatabases(folder, journal);
    placed.insistUnused(Kind.STUCK);
    folder.write(journal.in(Phase.ROLLING_BACK));
    watcher.step("rolling back: stopping the stack");
    Compose compose = Compose.of(environment, engine.host());
    compose.down();
    // Once more: only now nothing writes to them any more.
    placed.insistUnused(Kind.STUCK);
    watcher.step("rolling back: moving everything back");
    new Swap(journal.moves()).back();
    for (String volume : journal.madeVolumes()) {
      Optional<Path> data = engine.volume(volume);
      if (data.isPresent() && empty(data.get())) {
        engine.removeVolume(volume);
      }
    }
    if (journal.wasUp()) {
      watcher.step("rolling back: starting the stack");
      compose.up();
    }
    // Not before: what is rolled back is never looked at again, and a stack that is down has to be.
    folder.write(journal.in(Phase.ROLLED_BACK));
  }

  private static boolean empty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return true;
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.findAny().isEmpty();
    }
  }
}
