package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.archive.ArchiveProgress;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.ScratchDatabase;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Restores an archive to where it does no harm: files into a folder of its own, dumps into
 * databases of their own without a network. No node is ever started, and nothing of the deployment
 * is touched.
 */
public final class Drill {
  private final Engine engine;
  private final Deployment deployment;
  private final Consumer<String> steps;

  /**
   * @param steps is told what begins, in a few words
   */
  public Drill(Engine engine, Deployment deployment, Consumer<String> steps) {
    this.engine = engine;
    this.deployment = deployment;
    this.steps = steps;
  }

  /**
   * Does all of it but for what needs the host: stopping, swapping, starting.
   *
   * @throws RestoreException what a restore would be refused for
   * @throws DeploymentException if a dump does not load, or no database can be started
   * @throws ArchiveException if the archive cannot be read
   */
  public DrillResult run(RestoreOrder order, DrillSite site)
      throws RestoreException,
          DeploymentException,
          ArchiveException,
          IOException,
          InterruptedException {
    long began = System.nanoTime();
    steps.accept("reading and checking " + order.archive());
    Path staging = site.path().resolve("staging");
    try (FreshDatabases databases =
        new FreshDatabases(engine, deployment, ScratchDatabase.Purpose.DRILL, staging, steps)) {
      Staged staged =
          new Staging(order.archive(), order.passphrase(), staging, databases)
              .run(ArchiveProgress.NONE);
      Duration checking = since(began);
      steps.accept("comparing channel backups");
      NewestBackup newest = NewestBackup.of(staged, order);
      List<NodeBackup> nodes = newest.find();
      Duration loading = databases.await();
      long loaded = 0;
      for (DatabaseKind kind : staged.dumps().keySet()) {
        loaded += size(FreshDatabases.in(staging, kind));
      }
      return new DrillResult(
          staged,
          nodes,
          newest.notes(),
          newest.complete(),
          checking,
          loading,
          loaded,
          freeWithout(staged.bytes() + loaded, site));
    }
  }

  /** What is free on the volumes' disk once the drill is gone. */
  private long freeWithout(long taken, DrillSite site) throws IOException {
    FileStore volumes = Files.getFileStore(deployment.dockerRoot());
    boolean same = volumes.equals(Files.getFileStore(site.path()));
    return volumes.getUsableSpace() + (same ? taken : 0);
  }

  private static long size(Path folder) throws IOException {
    long[] bytes = new long[1];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes[0];
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
