package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.DatabaseLoad;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.ScratchDatabase;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * New clusters that dumps are loaded into, aside and without a network, while the rest of the
 * archive is read: a dump that does not load is known before anything of the host is touched, and a
 * cluster that took its dump only has to be put in place. Nothing runs any more once this is
 * closed.
 */
final class FreshDatabases implements DumpReceiver, AutoCloseable {
  /** As the system, postgres ("Check free disk space.") and MariaDB say it. */
  private static final List<String> FULL =
      List.of("No space left on device", "free disk space", "is full");

  /** Less than postgres takes at once for its log: a segment of it. */
  private static final long LEFT = 16 << 20;

  private final Engine engine;
  private final Deployment deployment;
  private final ScratchDatabase.Purpose purpose;
  private final Path folder;
  private final Consumer<String> steps;
  // One after the other: what compose makes for one, it would share with the next. A platform
  // thread: the pollers of virtual ones, once there, keep Java's end waiting for 0.3 s.
  private final ExecutorService threads =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("database-load").factory());
  private final List<Future<Duration>> loads = new ArrayList<>();

  /**
   * @param folder gets each database's data, in a folder of its own
   * @param steps is told of each load that begins, in its thread
   */
  FreshDatabases(
      Engine engine,
      Deployment deployment,
      ScratchDatabase.Purpose purpose,
      Path folder,
      Consumer<String> steps) {
    this.engine = engine;
    this.deployment = deployment;
    this.purpose = purpose;
    this.folder = folder;
    this.steps = steps;
  }

  /** A database's data, below the folder of all. */
  static Path in(Path folder, DatabaseKind kind) {
    return folder.resolve("fresh-" + kind.service());
  }

  @Override
  public void arrived(DatabaseKind kind, Path dump) {
    loads.add(threads.submit(() -> load(kind, dump)));
  }

  private Duration load(DatabaseKind kind, Path dump)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    long began = System.nanoTime();
    Path data =
        Files.createDirectory(
            in(folder, kind),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    try (ScratchDatabase scratch = ScratchDatabase.start(engine, deployment, kind, data, purpose)) {
      steps.accept("loading " + kind.service());
      feed(kind, dump, scratch.load());
      scratch.stop();
    } catch (DeploymentException e) {
      if (full(e)) {
        throw new RestoreException(
            Kind.NO_SPACE,
            "the disk of %s is full: the %s database does not fit; nothing of the host was touched"
                .formatted(folder, kind.service()),
            "make room there, then run it again",
            e);
      }
      if (e.kind() == DeploymentException.Kind.LOAD) {
        throw new RestoreException(
            Kind.ARCHIVE,
            e.what() + "; nothing of the host was touched",
            "take another archive; or, if the dump is of a newer version than this host's database,"
                + " update BTCPay Server here first",
            e);
      }
      throw e;
    }
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** A database gives the room back when it fails, or ends without a word. */
  private boolean full(DeploymentException e) throws IOException {
    String said = String.valueOf(e.getMessage());
    return FULL.stream().anyMatch(said::contains)
        || Files.getFileStore(folder).getUsableSpace() < LEFT;
  }

  private static void feed(DatabaseKind kind, Path dump, DatabaseLoad load)
      throws DeploymentException, IOException, InterruptedException {
    try (InputStream sql = new GZIPInputStream(Files.newInputStream(dump), 1 << 16)) {
      load.readFrom(kind == DatabaseKind.POSTGRES ? new ClusterStatements(sql) : sql);
    }
  }

  /**
   * Waits until all that arrived is loaded, and each database is stopped.
   *
   * @return how long all of them took
   * @throws RestoreException ARCHIVE if a dump does not load
   * @throws DeploymentException if no database could be started to load it
   */
  Duration await() throws RestoreException, DeploymentException, IOException, InterruptedException {
    Duration all = Duration.ZERO;
    for (Future<Duration> load : loads) {
      try {
        all = all.plus(load.get());
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case RestoreException known -> throw known;
          case DeploymentException known -> throw known;
          case IOException known -> throw known;
          case InterruptedException known -> throw known;
          case RuntimeException known -> throw known;
          case null, default -> throw new IllegalStateException(e);
        }
      }
    }
    return all;
  }

  @Override
  public void abandon() {
    threads.shutdownNow();
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      try {
        var _ = threads.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends what still runs, and returns when nothing does. */
  @Override
  public void close() throws DeploymentException {
    boolean interrupted = Thread.interrupted(); // nothing may be left all the same
    try {
      abandon();
      if (!loads.isEmpty()) {
        // One whose making was interrupted is known to Docker alone.
        ScratchDatabase.sweep(engine, purpose);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
