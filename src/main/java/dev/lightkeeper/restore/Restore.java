package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.ScratchDatabase;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings a server back from an archive, without its channel state unless a handoff lets that go
 * live. Up to the swap nothing of the host is touched; a failure after it rolls everything back; a
 * process that is killed leaves a journal, by which the next one rolls back or finishes.
 */
public final class Restore {
  private final Engine engine;
  private final BtcpayEnvironment environment;
  private final RestoreWatcher watcher;
  private final List<Remote> remotes;

  /**
   * On the Engine's host.
   *
   * @param remotes every one that may hold a handoff, for what an earlier run has to end
   */
  public Restore(
      Engine engine, BtcpayEnvironment environment, RestoreWatcher watcher, List<Remote> remotes) {
    this.engine = engine;
    this.environment = environment;
    this.watcher = watcher;
    this.remotes = List.copyOf(remotes);
  }

  private interface Work<T> {
    T run(RestoreSite site, Deployment deployment)
        throws RestoreException,
            DeploymentException,
            ArchiveException,
            IOException,
            InterruptedException;
  }

  /**
   * Restores, once a plan was confirmed. One that was cut short is ended first, if that is agreed
   * to; where all of it was in place it is finished, and no other begins.
   *
   * @return what was done; empty if the plan was not confirmed: then nothing was touched
   * @throws RestoreException what was refused or failed; but for STUCK, the host is as it was
   * @throws ArchiveException if the archive cannot be read; the host is as it was
   */
  public Optional<RestoreResult> run(RestoreOrder order)
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    return locked(
        (site, deployment) -> {
          Recovery recovery = new Recovery(site);
          recovery.insistAgreed();
          return switch (recovery.run()) {
            case Recovery.Ended.Nothing _ -> attempt(site, deployment, order);
            case Recovery.Ended.RolledBack _ ->
                attempt(site, Deployment.discoverOrNew(engine, environment), order);
            case Recovery.Ended.Finished finished -> Optional.of(finished.restore());
          };
        });
  }

  private static Optional<RestoreResult> attempt(
      RestoreSite site, Deployment deployment, RestoreOrder order)
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    return new Attempt(site, deployment).run(order).map(RestoreResult.class::cast);
  }

  /**
   * Only ends a restore that was killed.
   *
   * @return whether there was one
   */
  public boolean recover()
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    return locked((site, _) -> !(new Recovery(site).run() instanceof Recovery.Ended.Nothing));
  }

  /**
   * Undoes the last restore, if that is agreed to. What was restored, and whatever was written
   * since, is kept aside.
   *
   * @return the folder it is kept in; empty if it was not agreed to: then nothing was touched
   * @throws RestoreException NOT_FOUND if there is none, STUCK
   */
  public Optional<Path> rollBack()
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    return locked((site, _) -> new Undo(site).run());
  }

  private <T> T locked(Work<T> work)
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    Deployment deployment = Deployment.discoverOrNew(engine, environment);
    RestoreFolder folder = RestoreFolder.in(deployment.dockerRoot());
    Optional<ProcessLock> lock = ProcessLock.acquire(folder.path());
    if (lock.isEmpty()) {
      throw new RestoreException(
          Kind.LOCKED, "another restore is under way", "wait for it: ps -C java -f");
    }
    try (ProcessLock held = lock.get()) {
      Objects.requireNonNull(held, "held");
      // A database that a killed run was loading still writes to what that run staged.
      ScratchDatabase.sweep(engine, ScratchDatabase.Purpose.RESTORE);
      return work.run(new RestoreSite(engine, environment, folder, watcher, remotes), deployment);
    }
  }
}
