package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Compose;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.NodeHold;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
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
    new Rollback(engine, environment, folder).run(journal);
  }

  /**
   * Starts the stack with what is in place, and returns what is not well with it.
   *
   * @param hold what the guard keeps from running; null if this host has no guard's state
   */
  List<String> start(RestoreJournal journal, @Nullable NodeHold hold)
      throws DeploymentException, IOException, InterruptedException {
    watcher.step("starting the stack");
    List<String> problems = new ArrayList<>();
    try {
      compose().up();
      watcher.step("seeing whether it stays up and answers");
      problems.addAll(new HealthCheck(engine, environment, hold, HealthCheck.TO_ANSWER_RPC).run());
    } catch (DeploymentException e) {
      problems.add(e.what() + ": " + e.remedy());
    }
    folder.write(journal.in(Phase.DONE));
    Trees.remove(folder.staging(journal.id()).resolve("dumps"));
    return problems;
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
