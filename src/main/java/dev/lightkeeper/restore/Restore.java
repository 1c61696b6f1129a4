package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Compose;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.remote.Remote;
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
import org.jspecify.annotations.Nullable;

/**
 * Brings a server back from an archive, without its channel state unless a handoff lets that go
 * live. Up to the swap nothing of the host is touched; a failure after it rolls everything back; a
 * process that is killed leaves a journal, by which the next one rolls back or finishes.
 */
public final class Restore {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

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
          destination.sweepSecrets(folder.kept());
          destination.insistFree(engine);
          String id = ID.format(Instant.now());
          Path home = folder.of(id);
          Files.createDirectory(
              home,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
          boolean kept = false;
          @Nullable Takeover takeover = null;
          try {
            Staged staged = stage(order, folder, id);
            @Nullable LiveDatabases live =
                order.migrating() == null ? null : LiveDatabases.of(staged);
            if (live != null) {
              takeover =
                  Takeover.of(Objects.requireNonNull(order.migrating()), live, order.remotes());
            }
            RestorePlan plan =
                plan(order, folder, destination, deployment, id, staged, live(live, takeover));
            if (!watcher.confirm(plan)) {
              return Optional.empty();
            }
            RestoreJournal journal = journal(plan, destination, takeover);
            if (takeover != null) {
              claims(folder).claim(takeover, journal);
            }
            kept = true;
            return Optional.of(perform(order, plan, journal, folder, destination, live, takeover));
          } finally {
            if (!kept) {
              claims(folder).forget(home, folder.staging(id), takeover);
            }
          }
        });
  }

  private Claims claims(RestoreFolder folder) {
    return new Claims(folder, remotes, watcher);
  }

  private Staged stage(RestoreOrder order, RestoreFolder folder, String id)
      throws RestoreException, ArchiveException, IOException {
    watcher.step("reading and checking " + order.archive());
    return new Staging(order.archive(), order.passphrase(), folder.staging(id))
        .run((bytes, current) -> watcher.at(bytes, current.toString()));
  }

  private RestorePlan.@Nullable Live live(
      @Nullable LiveDatabases databases, @Nullable Takeover takeover)
      throws RestoreException, InterruptedException {
    if (databases == null || takeover == null) {
      return null;
    }
    watcher.step("asking whether its nodes may go live");
    takeover.look();
    return new RestorePlan.Live(
        takeover.handover().offer(), databases.nodes(), databases.files(), databases.others());
  }

  private RestorePlan plan(
      RestoreOrder order,
      RestoreFolder folder,
      Destination destination,
      Deployment deployment,
      String id,
      Staged staged,
      RestorePlan.@Nullable Live live)
      throws RestoreException, IOException, InterruptedException {
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
        live,
        nodes,
        newest.notes(),
        newest.complete(),
        Files.getFileStore(folder.path()).getUsableSpace());
  }

  private RestoreSummary perform(
      RestoreOrder order,
      RestorePlan plan,
      RestoreJournal journal,
      RestoreFolder folder,
      Destination destination,
      @Nullable LiveDatabases live,
      @Nullable Takeover takeover)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    Staged staged = plan.staged();
    ChannelBackupPlacement placement =
        new ChannelBackupPlacement(staged, folder.of(plan.id()).resolve("channel-backups"));
    try {
      prepare(plan, placement, folder, destination);
      new SystemCalls().syncFileSystem(PathBytes.of(folder.path()));
      folder.write(journal);
    } catch (RestoreException | IOException | InterruptedException | RuntimeException e) {
      claims(folder).giveUp(journal);
      Trees.remove(folder.staging(journal.id()));
      throw e;
    }
    RestoreJournal now = journal;
    try {
      swap(journal, staged, destination, live, takeover);
      if (takeover != null) {
        now = journal.in(Phase.SPENDING);
        folder.write(now);
        claims(folder).spend(takeover);
      }
      folder.write(journal.in(Phase.STARTING));
    } catch (RestoreException
        | DeploymentException
        | IOException
        | InterruptedException
        | RuntimeException e) {
      rollBack(now, folder, destination, e);
      if (e instanceof InterruptedException interrupted) {
        throw interrupted;
      }
      throw rolledBack(e);
    }
    List<String> problems = start(journal, folder);
    List<String> todo = new ArrayList<>(new Todo(placement).of(plan));
    if (takeover == null) {
      // A handoff announces its new host before anything starts.
      StreamTakeover stream = new StreamTakeover(order.state(), order.remotes(), order.nodes());
      stream.run(plan.nodes());
      problems.addAll(stream.problems());
      todo.addAll(stream.lines());
    }
    return new RestoreSummary(plan, problems, todo);
  }

  private void prepare(
      RestorePlan plan,
      ChannelBackupPlacement placement,
      RestoreFolder folder,
      Destination destination)
      throws RestoreException, IOException, InterruptedException {
    Staged staged = plan.staged();
    if (plan.live() == null) {
      // Nodes that go on have theirs in the archive, as new as their channels.
      placement.place(plan.nodes());
      folder.write(
          plan.id(), plan.nodes().stream().map(n -> RestoredNode.of(n, placement)).toList());
    }
    for (DatabaseKind kind : staged.dumps().keySet()) {
      Files.createDirectory(
          Destination.fresh(staged, kind),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
    destination.bringSecretsOver(staged, plan.id());
  }

  private RestoreJournal journal(
      RestorePlan plan, Destination destination, @Nullable Takeover takeover)
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
        made,
        takeover == null ? null : takeover.handover());
  }

  private void swap(
      RestoreJournal journal,
      Staged staged,
      Destination destination,
      @Nullable LiveDatabases live,
      @Nullable Takeover takeover)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    watcher.step("stopping the stack");
    Compose.of(environment, engine.host()).down();
    // A node that was running for the first time may have made its wallet meanwhile.
    destination.insistFree(engine);
    for (String volume : journal.madeVolumes()) {
      boolean _ = engine.makeVolume(volume, Deployment.PROJECT);
    }
    if (live != null && takeover != null) {
      watcher.step("asking once more whether its nodes may go live");
      takeover.confirm();
      live.putInPlace();
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

  private void rollBack(
      RestoreJournal journal, RestoreFolder folder, Destination destination, Exception cause)
      throws RestoreException, InterruptedException {
    watcher.step("it failed: putting everything back");
    try {
      new Rollback(engine, environment, folder).run(journal);
      // The stack was never started with it: it is in the archive as it was.
      Trees.remove(folder.staging(journal.id()));
      claims(folder).giveUp(journal);
      destination.sweepSecrets(folder.kept());
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
        claims(folder).note(journal);
      }
      case ROLLING_BACK -> {
        watcher.note(
            "Rolling back the restore of " + journal.archive() + " was cut short: ending it");
        new Rollback(engine, environment, folder).run(journal);
        if (journal.handover() != null) {
          Trees.remove(folder.staging(journal.id()));
          claims(folder).note(journal);
        }
      }
      case SPENDING -> {
        watcher.note("A migration of " + journal.archive() + " was cut short: finishing it");
        finish(journal, folder);
      }
      case STARTING -> {
        watcher.note("A restore of " + journal.archive() + " was cut short: finishing it");
        start(journal, folder).forEach(watcher::note);
      }
      case CLAIMING, DONE, ROLLED_BACK -> throw new IllegalStateException("it is not pending");
    }
    return true;
  }

  /** All is in place, and the killed process may have used the offer up: nobody else can go on. */
  private void finish(RestoreJournal journal, RestoreFolder folder)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    try {
      Takeover takeover = Takeover.of(journal, Objects.requireNonNull(journal.handover()), remotes);
      takeover.spend();
      takeover.announce().forEach(watcher::note);
    } catch (HandoffException e) {
      if (e.kind() == HandoffException.Kind.UNREACHABLE) {
        throw new RestoreException(
            Kind.REFUSED,
            "the migration of %s cannot be finished yet, and nothing of it was started: %s"
                .formatted(journal.archive(), e.what()),
            "start nothing yourself; run this again when it answers",
            e);
      }
      new Rollback(engine, environment, folder).run(journal);
      Trees.remove(folder.staging(journal.id()));
      claims(folder).giveUp(journal);
      throw rolledBack(Takeover.refused(e));
    }
    folder.write(journal.in(Phase.STARTING));
    start(journal, folder).forEach(watcher::note);
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
                  .filter(j -> j.phase() != Phase.ROLLED_BACK || j.claims())
                  .findFirst()
                  .orElseThrow(
                      () ->
                          new RestoreException(
                              Kind.NOT_FOUND,
                              "there is no restore to roll back in " + folder.path(),
                              "nothing has to be done"));
          if (last.handover() != null) {
            undoMigration(last, folder);
            return folder.of(last.id());
          }
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

  /** Before its nodes ran here; afterwards nothing else has their channels any more. */
  private void undoMigration(RestoreJournal last, RestoreFolder folder)
      throws RestoreException, IOException, InterruptedException {
    Takeover takeover = Takeover.of(last, Objects.requireNonNull(last.handover()), remotes);
    boolean started = last.phase() == Phase.STARTING || last.phase() == Phase.DONE;
    if (started || (last.phase() == Phase.SPENDING && takeover.used())) {
      throw new RestoreException(
          Kind.REFUSED,
          started
              ? "the nodes of this migration run here since: an older channel state must not come"
                  + " back"
              : "this migration is all but done, and its handoff is used up: it can only be"
                  + " finished",
          started
              ? "to move back, migrate from here to there: lightkeeper backup --migrate"
              : "run the same 'lightkeeper restore … --migrate' again",
          null);
    }
    if (last.phase() != Phase.CLAIMING && last.phase() != Phase.ROLLED_BACK) {
      watcher.step("putting back what was there before");
      new Rollback(engine, environment, folder).run(last);
    }
    Trees.remove(folder.staging(last.id()));
    try {
      claims(folder).abandon(last);
    } catch (HandoffException e) {
      throw Takeover.refused(e);
    }
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
