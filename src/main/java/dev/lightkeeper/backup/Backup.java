package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveDraft;
import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.archive.ArchiveFile;
import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ArchiveProgress;
import dev.lightkeeper.archive.ArchiveVerifier;
import dev.lightkeeper.archive.EntryVisitor;
import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.archive.PassReport;
import dev.lightkeeper.archive.SealOrder;
import dev.lightkeeper.archive.SealedArchive;
import dev.lightkeeper.archive.VerifiedArchive;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.deployment.Quiesce;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.shelf.ArchiveFolder;
import dev.lightkeeper.shelf.Pruning;
import dev.lightkeeper.shelf.ShipmentQueue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One backup, from beginning to end. Whatever fails, and when: services are up again, the archives
 * that were there are untouched, and nothing half-made is left. A process that is killed leaves a
 * journal, from which the next one brings services back.
 */
public final class Backup {
  private static final int MOST_CATCH_UPS = 3;
  private static final long LITTLE = 8L << 20; // read in an instant
  private static final Duration COMING_UP = Duration.ofMinutes(5);

  private final Engine engine;
  private final BackupOrder order;
  private final BackupWatcher watcher;
  private final Stopwatch watch;
  private final Duration comingUp;

  /** A backup to be run once. */
  public Backup(Engine engine, BackupOrder order, BackupWatcher watcher) {
    this(engine, order, watcher, COMING_UP);
  }

  /**
   * A backup to be run once.
   *
   * @param comingUp how long services are tried to be started
   */
  Backup(Engine engine, BackupOrder order, BackupWatcher watcher, Duration comingUp) {
    this.engine = engine;
    this.order = order;
    this.watcher = watcher;
    this.watch = new Stopwatch(watcher);
    this.comingUp = comingUp;
  }

  /** The folder of the lock that keeps two runs, or a run and the daemon's care, apart. */
  public static Path lockFolder(Path state) {
    return state.resolve("backup");
  }

  /**
   * Keeps every backup from running, until what is returned is closed; empty if one runs.
   *
   * @param state the state folder, which is there
   */
  public static Optional<ProcessLock> keepOut(Path state) throws IOException, InterruptedException {
    Path locks = Files.createDirectories(lockFolder(state));
    Optional<ProcessLock> lock = ProcessLock.acquire(locks);
    StateOwner.handBack(state);
    return lock;
  }

  /**
   * Makes the archive, keeps it, ships it and prunes.
   *
   * @return what became of it; the archive is kept and verified, whatever else it says
   * @throws BackupException LOCKED, NO_SPACE, FOLDER or REFUSED
   * @throws HandoffException if the nodes of a migration could not be offered: services are up
   * @throws DeploymentException if the deployment did not do its part
   * @throws ServicesDownException if the archive is kept, and services did not come up again
   * @throws ArchiveException if something cannot be read, or the archive did not read back
   * @throws IOException if the archive cannot be written, as on a full disk
   * @throws InterruptedException if this thread was interrupted
   */
  public BackupSummary run()
      throws BackupException,
          DeploymentException,
          ServicesDownException,
          HandoffException,
          ArchiveException,
          IOException,
          InterruptedException {
    Path locks = Files.createDirectories(lockFolder(order.state()));
    try (ProcessLock lock = ProcessLock.acquire(locks).orElseThrow(Backup::locked)) {
      var _ = lock;
      return alone();
    } catch (IOException e) {
      throw interruptedOr(e);
    } catch (ArchiveException e) {
      throw interruptedOr(e);
    } catch (DeploymentException e) {
      throw isOfServices(e) ? e : interruptedOr(e);
    } finally {
      StateOwner.handBack(order.state());
    }
  }

  static BackupException locked() {
    return new BackupException(
        BackupException.Kind.LOCKED,
        "another backup is under way, or a restore",
        "wait for it, or see what runs: pgrep -af lightkeeper",
        null);
  }

  private BackupSummary alone()
      throws BackupException,
          DeploymentException,
          ServicesDownException,
          HandoffException,
          ArchiveException,
          IOException,
          InterruptedException {
    boolean _ = new Recovery(order.state(), order.host(), order.offer(), watcher).run();
    NodeOffer.insistNothingAway(order.state());
    BackupPlan plan = watch.time(BackupStep.PREPARE, 0, new Preflight(engine, order)::plan);
    WorkFolder work = swept(plan.folder());
    // What a killed run left is gone by now: it must not keep the next one out.
    plan.insistOnRoom(Preflight.free(plan.folder()));
    @Nullable NodeOffer offer =
        order.mode() == ArchiveMode.MIGRATE ? NodeOffer.of(order, plan.archived(), watcher) : null;
    plan.rooms().stream()
        .filter(room -> room.problem() != null)
        .forEach(room -> watcher.note(room.remote() + ": " + room.problem()));
    make(plan.folder());
    ArchiveFolder archives = new ArchiveFolder(plan.folder());
    Aftermath aftermath = new Aftermath(order, archives);
    Kept kept;
    try (ArchiveDraft draft = ArchiveDraft.open(work.path(), plan.sources())) {
      kept =
          offer == null
              ? routine(plan, draft, archives, aftermath)
              : migration(plan, draft, archives, aftermath, offer);
    }
    List<ShipmentQueue.Outcome> shipments =
        watch.time(
            BackupStep.SHIP,
            kept.file().size() * order.remotes().size(),
            () -> aftermath.ship(watcher));
    List<Pruning> prunings = watch.time(BackupStep.PRUNE, 0, () -> aftermath.prune(archives));
    return new BackupSummary(
        kept.archive(),
        kept.file(),
        kept.contents(),
        watch.took(),
        kept.servicesDown(),
        plan.stopped().stream().map(HostContainer::name).toList(),
        shipments,
        prunings,
        kept.offer(),
        aftermath.problems());
  }

  private record Kept(
      Path archive,
      ArchiveFile file,
      PassReport contents,
      Duration servicesDown,
      Offering.@Nullable Made offer) {
    Kept with(Offering.@Nullable Made made) {
      return new Kept(archive, file, contents, servicesDown, made);
    }

    Kept once(LastPass last) throws ServicesDownException {
      try {
        return new Kept(archive, file, contents, last.down(), offer);
      } catch (DeploymentException e) {
        throw new ServicesDownException(archive, file.size(), e);
      }
    }
  }

  private record LastPass(
      PassReport contents,
      List<Map<String, Object>> nodes,
      @Nullable Resuming resuming,
      Map<String, Object> offer) {
    /** None if they stay down. */
    Duration down() throws DeploymentException {
      return resuming == null ? Duration.ZERO : resuming.down();
    }
  }

  private Kept routine(
      BackupPlan plan, ArchiveDraft draft, ArchiveFolder archives, Aftermath aftermath)
      throws DeploymentException,
          ServicesDownException,
          ArchiveException,
          IOException,
          InterruptedException {
    PassReport read =
        watch.time(
            BackupStep.READ,
            plan.contents().bytes(),
            () ->
                SideBySide.run(
                    () -> new Dumps(engine, plan.deployment()).into(draft),
                    () -> draft.pass(progress(BackupStep.READ))));
    for (int i = 0; i < MOST_CATCH_UPS && read.bytesRead() > LITTLE; i++) {
      read = watch.time(BackupStep.CATCH_UP, 0, () -> draft.pass(progress(BackupStep.CATCH_UP)));
    }
    draft.writeOut();
    LastPass last =
        watch.time(
            BackupStep.DOWN,
            0,
            () -> {
              long begin = System.nanoTime();
              Resume resume = quiesce(plan).begin(order.state());
              boolean done = false;
              try {
                PassReport contents = draft.finalPass(progress(BackupStep.DOWN));
                List<Map<String, Object>> nodes = NodeFacts.of(order.nodes());
                done = true;
                return new LastPass(
                    contents, nodes, Resuming.start(resume, comingUp, begin), Map.of());
              } finally {
                if (!done) {
                  resume.run();
                }
              }
            });
    // Services come up while the archive is written and read back; whatever becomes of that, they
    // do first.
    @Nullable Kept kept = null;
    try {
      kept = keep(plan, draft, archives, aftermath, last, (_, _) -> {});
      return kept.once(last);
    } finally {
      if (kept == null) {
        last.down();
      }
    }
  }

  /**
   * Services go down first, and stay down once their nodes are offered: what is archived is the
   * last there will be.
   */
  private Kept migration(
      BackupPlan plan,
      ArchiveDraft draft,
      ArchiveFolder archives,
      Aftermath aftermath,
      NodeOffer offer)
      throws DeploymentException,
          HandoffException,
          ArchiveException,
          IOException,
          InterruptedException {
    Resume resume = quiesce(plan).begin(order.state());
    boolean done = false;
    try {
      LastPass last =
          watch.time(
              BackupStep.DOWN,
              plan.contents().bytes(),
              () -> {
                // Found anew: its containers are gone.
                Deployment down = Deployment.discover(engine, plan.deployment().environment());
                new Dumps(engine, down).into(draft);
                PassReport contents = draft.finalPass(progress(BackupStep.DOWN));
                return new LastPass(contents, NodeFacts.of(order.nodes()), null, offer.facts());
              });
      ArchivedDatabases databases = offer.databases();
      Kept kept = keep(plan, draft, archives, aftermath, last, databases);
      Offering.@Nullable Made made =
          offer.make(engine, kept.file().sha256(), databases, watcher).orElse(null);
      done = true;
      resume.leaveDown();
      return kept.with(made);
    } finally {
      if (!done) {
        resume.run();
      }
    }
  }

  private Quiesce quiesce(BackupPlan plan) {
    return new Quiesce(engine, plan.deployment().environment(), order.measure(), plan.archived());
  }

  private Kept keep(
      BackupPlan plan,
      ArchiveDraft draft,
      ArchiveFolder archives,
      Aftermath aftermath,
      LastPass last,
      EntryVisitor visitor)
      throws DeploymentException, ArchiveException, IOException, InterruptedException {
    SealOrder sealing =
        new SealOrder(archives.file(plan.name()), head(plan, last), order.passphrase());
    SealedArchive sealed =
        watch.time(
            BackupStep.SEAL,
            last.contents().bytes(),
            () -> draft.seal(sealing, progress(BackupStep.SEAL)));
    try {
      VerifiedArchive verified =
          watch.time(
              BackupStep.VERIFY,
              last.contents().bytes(),
              () ->
                  ArchiveVerifier.of(sealed, order.passphrase())
                      .verify(visitor, progress(BackupStep.VERIFY)));
      Path manifest = sealed.describe(lastFacts(last));
      Path kept = archives.keep(sealed.partial(), plan.name(), Files.readAllBytes(manifest));
      aftermath.enqueue(plan.name(), archives);
      return new Kept(kept, verified.file(), last.contents(), Duration.ZERO, null);
    } finally {
      sealed.discard();
    }
  }

  private ManifestHead head(BackupPlan plan, LastPass last) {
    Map<String, Object> durations = new TreeMap<>();
    watch
        .took()
        .forEach(
            (step, took) -> durations.put(step.name().toLowerCase(Locale.ROOT), took.toMillis()));
    Map<String, Object> facts = new TreeMap<>(last.offer());
    facts.put("nodes", last.nodes());
    facts.put("quiesce", order.measure().name().toLowerCase(Locale.ROOT));
    facts.put("durations_ms", durations);
    facts.put(
        "changed_while_read",
        last.contents().changedWhileRead().stream().map(Object::toString).toList());
    return new ManifestHead(
        order.tool(),
        plan.name().time().truncatedTo(ChronoUnit.SECONDS),
        order.mode(),
        order.host(),
        facts);
  }

  private static Map<String, Object> lastFacts(LastPass last) {
    Map<String, Object> facts = new TreeMap<>();
    try {
      facts.put("services_down_ms", last.down().toMillis());
    } catch (DeploymentException e) {
      facts.put("services_not_up", e.what());
    }
    facts.put("finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return facts;
  }

  private static WorkFolder swept(Path folder) throws BackupException {
    try {
      WorkFolder work = new WorkFolder(folder);
      work.sweep();
      return work;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static void make(Path folder) throws BackupException {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static BackupException unusable(Path folder, IOException e) {
    return new BackupException(
        BackupException.Kind.FOLDER,
        "the folder for archives cannot be used: " + e,
        "make " + folder + " writable, or set folder in [backup]",
        e);
  }

  private ArchiveProgress progress(BackupStep step) {
    return (bytes, current) -> watcher.at(step, bytes, current.toString());
  }

  /** That services are down, or their journal stays, is told however the run ended. */
  private static boolean isOfServices(DeploymentException e) {
    return e.kind() == DeploymentException.Kind.RESUME
        || e.kind() == DeploymentException.Kind.JOURNAL;
  }

  /** An interrupt closes what is being read: that looks like damage, and is none. */
  private static <E extends Exception> E interruptedOr(E e) throws InterruptedException {
    boolean said =
        e instanceof DeploymentException d && d.kind() == DeploymentException.Kind.INTERRUPTED;
    if (Thread.interrupted() || said || e instanceof InterruptedIOException) {
      InterruptedException interrupted = new InterruptedException("the backup was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
    return e;
  }
}
