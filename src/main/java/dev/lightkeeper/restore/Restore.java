package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Compose;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Brings a server back from an archive, without its channel state. Up to the swap nothing of the
 * host is touched; a failure after it rolls everything back; a process that is killed leaves a
 * journal, by which the next one rolls back or finishes.
 */
public final class Restore {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Engine engine;
  private final BtcpayEnvironment environment;
  private final RestoreWatcher watcher;

  /** On the Engine's host. */
  public Restore(Engine engine, BtcpayEnvironment environment, RestoreWatcher watcher) {
    this.engine = engine;
    this.environment = environment;
    this.watcher = watcher;
  }

  private interface Work<T> {
    T run(RestoreFolder folder, Deployment deployment)
        throws RestoreException,
            DeploymentException,
            ArchiveException,
            IOException,
            InterruptedException;
  }

  /**
   * Restores, once a plan was confirmed.
   *
   * @return what was done; empty if the plan was not confirmed: then nothing was touched
   * @throws RestoreException what was refused or failed; but for STUCK, the host is as it was
   * @throws ArchiveException if the archive cannot be read; the host is as it was
   */
  public Optional<RestoreSummary> run(RestoreOrder order)
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    return locked(
        (folder, deployment) -> {
          if (recover(folder)) {
            deployment = Deployment.discoverOrNew(engine, environment);
          }
          folder.sweep();
          Destination destination = new Destination(deployment, folder);
          destination.insistFree(engine);
          String id = ID.format(Instant.now());
          Path home = folder.of(id);
          Files.createDirectory(
              home,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
          boolean kept = false;
          try {
            RestorePlan plan = plan(order, folder, destination, deployment, id);
            if (!watcher.confirm(plan)) {
              return Optional.empty();
            }
            kept = true;
            return Optional.of(perform(plan, folder, destination));
          } finally {
            if (!kept) {
              Trees.remove(home);
            }
          }
        });
  }

  private RestorePlan plan(
      RestoreOrder order,
      RestoreFolder folder,
      Destination destination,
      Deployment deployment,
      String id)
      throws RestoreException, ArchiveException, IOException, InterruptedException {
    watcher.step("reading and checking " + order.archive());
    Staged staged =
        new Staging(order.archive(), order.passphrase(), folder.staging(id))
            .run((bytes, current) -> watcher.at(bytes, current.toString()));
    NewestBackup newest = new NewestBackup(staged, order.nodes(), order.state(), order.remotes());
    List<NodeBackup> nodes = newest.find();
    List<RestorePlan.Aside> aside = new ArrayList<>();
    for (Move move : destination.moves(staged, id)) {
      if (move.aside() && Files.exists(Path.of(move.from()))) {
        aside.add(new RestorePlan.Aside(Path.of(move.from()), Path.of(move.to())));
      }
    }
    List<Path> staying = new ArrayList<>();
    for (String volume : staged.volumes()) {
      staying.addAll(destination.staying(volume));
    }
    return new RestorePlan(
        id,
        deployment,
        staged,
        aside,
        staying,
        nodes,
        newest.notes(),
        newest.complete(),
        Files.getFileStore(folder.path()).getUsableSpace());
  }

  private RestoreSummary perform(RestorePlan plan, RestoreFolder folder, Destination destination)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    Staged staged = plan.staged();
    ChannelBackupPlacement placement =
        new ChannelBackupPlacement(staged, folder.of(plan.id()).resolve("channel-backups"));
    placement.place(plan.nodes());
    folder.write(plan.id(), plan.nodes().stream().map(n -> RestoredNode.of(n, placement)).toList());
    for (DatabaseKind kind : staged.dumps().keySet()) {
      Files.createDirectory(
          Destination.fresh(staged, kind),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
    destination.bringSecretsOver(staged, plan.id());
    RestoreJournal journal = journal(plan, destination);
    new SystemCalls().syncFileSystem(PathBytes.of(folder.path()));
    folder.write(journal);
    try {
      swap(journal, staged, destination);
      folder.write(journal.in(Phase.STARTING));
    } catch (RestoreException
        | DeploymentException
        | IOException
        | InterruptedException
        | RuntimeException e) {
      rollBack(journal, folder, e);
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw rolledBack(e);
    }
    List<String> problems = start(journal, folder);
    return new RestoreSummary(plan, problems, new Todo(placement).of(plan));
  }

  private RestoreJournal journal(RestorePlan plan, Destination destination)
      throws RestoreException, DeploymentException, IOException {
    List<Move> moves = destination.moves(plan.staged(), plan.id());
    List<String> made = new ArrayList<>();
    for (Move move : moves) {
      Path data = Path.of(move.from());
      if (move.aside() && data.startsWith(plan.deployment().volumes())) {
        String volume = data.getName(data.getNameCount() - 2).toString();
        if (engine.volume(volume).isEmpty()) {
          made.add(volume);
        }
      }
    }
    return new RestoreJournal(
        RestoreJournal.VERSION,
        plan.id(),
        Phase.SWAPPING,
        plan.staged().file().name(),
        plan.staged().file().sha256().hex(),
        engine.containers().stream()
            .anyMatch(c -> c.in(Deployment.PROJECT) && c.state().canWrite()),
        moves,
        made);
  }

  private void swap(RestoreJournal journal, Staged staged, Destination destination)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    watcher.step("stopping the stack");
    Compose.of(environment, engine.host()).down();
    // A node that was running for the first time may have made its wallet meanwhile.
    destination.insistFree(engine);
    for (String volume : journal.madeVolumes()) {
      boolean _ = engine.makeVolume(volume, Deployment.PROJECT);
    }
    watcher.step("putting volumes in place");
    for (Move move : journal.moves()) {
      // Docker makes it with the volume; a volume whose folder a person removed gets it again.
      if (move.aside()
          && Files.notExists(Path.of(move.from()))
          && Files.notExists(Path.of(move.to()))) {
        Files.createDirectories(Path.of(move.from()));
      }
    }
    new Swap(journal.moves()).forward();
    watcher.step("loading the databases");
    new Databases(engine, Deployment.discover(engine, environment)).load(staged.dumps());
  }

  private void rollBack(RestoreJournal journal, RestoreFolder folder, Exception cause)
      throws RestoreException, InterruptedException {
    watcher.step("it failed: putting everything back");
    try {
      new Rollback(engine, environment, folder).run(journal);
      // The stack was never started with it: it is in the archive as it was.
      Trees.remove(folder.staging(journal.id()));
    } catch (RestoreException e) {
      e.addSuppressed(cause);
      throw e;
    } catch (IOException e) {
      watcher.note(folder.staging(journal.id()) + " could not be removed: " + e);
    }
  }

  private static RestoreException rolledBack(Exception cause) {
    String remedy =
        switch (cause) {
          case RestoreException e -> e.remedy();
          case DeploymentException e -> e.remedy();
          default -> "see to that, then run it again";
        };
    Kind kind =
        cause instanceof RestoreException e && e.kind() == Kind.REFUSED
            ? Kind.REFUSED
            : Kind.ROLLED_BACK;
    return new RestoreException(
        kind,
        "the restore failed, and the host is as it was before: " + cause.getMessage(),
        remedy,
        cause);
  }

  private List<String> start(RestoreJournal journal, RestoreFolder folder)
      throws DeploymentException, IOException, InterruptedException {
    watcher.step("starting the stack");
    List<String> problems = new ArrayList<>();
    try {
      Compose.of(environment, engine.host()).up();
      watcher.step("seeing whether it stays up");
      problems.addAll(new HealthCheck(engine, environment).run());
    } catch (DeploymentException e) {
      problems.add(e.what() + ": " + e.remedy());
    }
    folder.write(journal.in(Phase.DONE));
    Trees.remove(folder.staging(journal.id()).resolve("dumps"));
    return problems;
  }

  /**
   * Ends a restore that was killed: rolls it back if the databases were not loaded yet, else starts
   * the stack.
   *
   * @return whether there was one
   */
  private boolean recover(RestoreFolder folder)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    Optional<RestoreJournal> pending = folder.pending();
    if (pending.isEmpty()) {
      return false;
    }
    RestoreJournal journal = pending.get();
    switch (journal.phase()) {
      case SWAPPING -> {
        watcher.note("A restore of " + journal.archive() + " was cut short: rolling it back");
        new Rollback(engine, environment, folder).run(journal);
        Trees.remove(folder.staging(journal.id()));
      }
      case ROLLING_BACK -> {
        watcher.note(
            "Rolling back the restore of " + journal.archive() + " was cut short: ending it");
        new Rollback(engine, environment, folder).run(journal);
      }
      case STARTING -> {
        watcher.note("A restore of " + journal.archive() + " was cut short: finishing it");
        start(journal, folder).forEach(watcher::note);
      }
      case DONE, ROLLED_BACK -> throw new IllegalStateException("it is not pending");
    }
    return true;
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
    return locked((folder, _) -> recover(folder));
  }

  /**
   * Undoes the last restore. What was restored, and whatever was written since, is kept aside.
   *
   * @return the folder it is kept in
   * @throws RestoreException NOT_FOUND if there is none, STUCK
   */
  public Path rollBack()
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    return locked(
        (folder, _) -> {
          RestoreJournal last =
              folder.journals().reversed().stream()
                  .filter(j -> j.phase() != Phase.ROLLED_BACK)
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new RestoreException(
                              Kind.NOT_FOUND,
                              "there is no restore to roll back in " + folder.path(),
                              "nothing has to be done"));
          for (Move move : last.moves()) {
            Path before = Path.of(move.to());
            if (move.aside() && Files.isDirectory(before)) {
              Path parent = Objects.requireNonNull(before.getParent());
              Path node = NodeIdentity.firstIn(before, String.valueOf(parent.getFileName()));
              if (node != null) {
                throw new RestoreException(
                    Kind.REFUSED,
                    "what was there before holds a node that may be out of date by now: " + node,
                    "an old channel state must not come back: recover that node from its channel"
                        + " backup");
              }
            }
          }
          watcher.step("putting back what was there before");
          new Rollback(engine, environment, folder).run(last);
          return folder.staging(last.id());
        });
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
      return work.run(folder, deployment);
    }
  }
}
