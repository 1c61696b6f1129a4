package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Compose;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.NodeHold;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where one process at a time restores, and what every way through a restore ends with.
 *
 * @param remotes every one that may hold a handoff
 */
record RestoreSite(
    Engine engine,
    BtcpayEnvironment environment,
    RestoreFolder folder,
    RestoreWatcher watcher,
    List<Remote> remotes) {
  RestoreSite {
    remotes = List.copyOf(remotes);
  }

  Claims claims() {
    return new Claims(folder, remotes, watcher);
  }

  Compose compose() {
    return Compose.of(environment, engine.host());
  }

  /**
   * Undoes the moves; what was restored is kept in its folder.
   *
   * @throws RestoreException STUCK
   */
  void rollBack(RestoreJournal journal) throws RestoreException, InterruptedException {
    new Rollback(engine, environment, folder, watcher).run(journal);
  }

  /** Does the moves that are not done yet. Nothing may run. */
  void swap(RestoreJournal journal) throws DeploymentException, IOException {
    for (String volume : journal.madeVolumes()) {
      boolean _ = engine.makeVolume(volume, Deployment.PROJECT);
    }
    for (Move move : journal.moves()) {
      // Docker makes it with the volume; a volume whose folder a person removed gets it again.
      if (move.aside()
          && Files.notExists(Path.of(move.from()))
          && Files.notExists(Path.of(move.to()))) {
        Files.createDirectories(Path.of(move.from()));
      }
    }
    new Swap(journal.moves()).forward();
  }

  /**
   * How the stack came up.
   *
   * @param problems what is not well with it
   * @param interrupted whether it was told to end before it saw all of that
   */
  record Started(List<String> problems, boolean interrupted) {
    Started {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Starts the stack with what is in place. However that goes, the restore is done then.
   *
   * @param hold what the guard keeps from running; null if this host has no guard's state
   */
  Started start(RestoreJournal journal, @Nullable NodeHold hold) throws IOException {
    watcher.step("starting the stack");
    Started up =
        attempt(
            () -> compose().up(), "starting the stack was interrupted: start it with btcpay-up.sh");
    folder.write(journal.in(Phase.DONE));
    Trees.remove(folder.staging(journal.id()).resolve("dumps"));
    if (up.interrupted() || !up.problems().isEmpty()) {
      return up;
    }
    watcher.step("seeing whether it stays up and answers");
    List<String> problems = new ArrayList<>();
    Started seen =
        attempt(
            () ->
                problems.addAll(
                    new HealthCheck(engine, environment, hold, HealthCheck.TO_ANSWER_RPC).run()),
            "interrupted before it was seen whether everything runs: see docker ps");
    problems.addAll(seen.problems());
    return new Started(problems, seen.interrupted());
  }

  private interface Work {
    void run() throws DeploymentException, InterruptedException;
  }

  private static Started attempt(Work work, String interrupted) {
    try {
      work.run();
      return new Started(List.of(), false);
    } catch (InterruptedException e) {
      return new Started(List.of(interrupted), true);
    } catch (DeploymentException e) {
      // What it was asking the Engine is cut off by an interruption as well.
      return Thread.interrupted()
          ? new Started(List.of(interrupted), true)
          : new Started(List.of(e.what() + ": " + e.remedy()), false);
    }
  }

  /** What is said of a restore that failed after the host was touched, and was rolled back. */
  static RestoreException rolledBack(Exception cause) {
    String remedy =
        switch (cause) {
          case RestoreException e -> e.remedy();
          case DeploymentException e -> e.remedy();
          default -> "see to that, then run it again";
        };
    Kind kind =
        cause instanceof RestoreException e
                && (e.kind() == Kind.REFUSED || e.kind() == Kind.UNREACHABLE)
            ? e.kind()
            : Kind.ROLLED_BACK;
    return new RestoreException(
        kind,
        "the restore failed, and the host is as it was before: " + cause.getMessage(),
        remedy,
        cause);
  }
}
