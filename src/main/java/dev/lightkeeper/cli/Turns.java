package dev.lightkeeper.cli;

import dev.lightkeeper.backup.Backup;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.restore.RestoreException;
import dev.lightkeeper.restore.RestoreStanding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A restore and a backup stop and start the same services: while the one does, the other keeps out.
 * Each says so at once and waits for nobody, so that neither can wait for the other.
 */
final class Turns implements AutoCloseable {
  private final @Nullable ProcessLock backups;

  private Turns(@Nullable ProcessLock backups) {
    this.backups = backups;
  }

  /**
   * Keeps backups out until it is closed.
   *
   * @param state this installation's state folder; where there is none, no backup was ever made
   * @throws CliException LOCKED if a backup runs, or left services down that nobody started yet
   */
  static Turns ofRestore(Path state, Path dockerRoot)
      throws CliException, RestoreException, IOException, InterruptedException {
    if (!Files.isDirectory(state)) {
      return new Turns(null);
    }
    ProcessLock lock =
        Backup.keepOut(state)
            .orElseThrow(
                () ->
                    new CliException(
                        ExitCode.LOCKED,
                        "a backup is under way, or ships its archive",
                        "wait for it, or end it, and run this again; see what runs: pgrep -af"
                            + " lightkeeper"));
    try {
      // One that was cut short has all of the stack in its hands already: it is ended first.
      if (Files.exists(Resume.journal(state))
          && RestoreStanding.in(dockerRoot) == RestoreStanding.NONE) {
        throw new CliException(
            ExitCode.LOCKED,
            "a backup that died left services down, which would be started in the middle of this",
            "have them started first: lightkeeper backup --resume");
      }
      Turns turns = new Turns(lock);
      lock = null;
      return turns;
    } finally {
      if (lock != null) {
        lock.close();
      }
    }
  }

  /** The same where Docker may be on its way up: what comes next waits for it. */
  static void insistNoRestore() throws CliException, IOException {
    try (Engine engine = Engine.open()) {
      insistNoRestore(engine);
    } catch (DeploymentException e) {
      return;
    }
  }

  /**
   * For a backup, and for what starts services that one left down.
   *
   * @throws CliException LOCKED if a restore runs, or was cut short and not ended yet
   */
  static void insistNoRestore(Engine engine) throws CliException, IOException {
    RestoreStanding standing;
    try {
      standing = RestoreStanding.in(Deployment.dockerRoot(engine));
    } catch (DeploymentException e) {
      return; // a restore is not at work without Docker; who needs it says what is wrong with it
    } catch (RestoreException e) {
      throw new CliException(ExitCode.LOCKED, e.what(), e.remedy());
    }
    switch (standing) {
      case NONE -> {}
      case RUNNING ->
          throw new CliException(
              ExitCode.LOCKED,
              "a restore, or a dry run of one, is under way",
              "wait for it, and run this again; see what runs: pgrep -af lightkeeper");
      case CUT_SHORT ->
          throw new CliException(
              ExitCode.LOCKED,
              "a restore was cut short: what is on this host is neither the old nor the new",
              "run the same restore again, or undo it first: lightkeeper restore --rollback");
    }
  }

  @Override
  public void close() throws IOException {
    if (backups != null) {
      backups.close();
    }
  }
}
