package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.ScratchDatabase;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder of drills, {@code lightkeeper-drill}: for one at a time. Whatever a drill made is gone
 * when this closes; what a killed one left is gone when this is opened.
 */
public final class DrillSite implements AutoCloseable {
  private static final String NAME = "lightkeeper-drill";

  private final Engine engine;
  private final Path folder;
  private final ProcessLock lock;

  private DrillSite(Engine engine, Path folder, ProcessLock lock) {
    this.engine = engine;
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Makes it in {@code parent}, a folder that only root may write to.
   *
   * @throws RestoreException LOCKED if another drill is under way, REFUSED if what is there is not
   *     a folder
   */
  public static DrillSite in(Path parent, Engine engine)
      throws RestoreException, DeploymentException, IOException, InterruptedException {
    Path folder = parent.resolve(NAME);
    if (Files.isSymbolicLink(folder)) {
      throw new RestoreException(
          Kind.REFUSED,
          folder + " is a link: what a drill restores would be put somewhere else",
          "remove it");
    }
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Optional<ProcessLock> lock = ProcessLock.acquire(folder);
    if (lock.isEmpty()) {
      throw new RestoreException(
          Kind.LOCKED, "another drill is under way", "wait for it: ps -C java -f");
    }
    DrillSite site = new DrillSite(engine, folder, lock.get());
    try {
      site.sweep();
    } catch (DeploymentException | IOException e) {
      lock.get().close();
      throw e;
    }
    return site;
  }

  /** Where it is; its content is a drill's to make. */
  public Path path() {
    return folder;
  }

  private void sweep() throws DeploymentException, IOException {
    ScratchDatabase.sweep(engine, ScratchDatabase.Purpose.DRILL);
    try (Stream<Path> left = Files.list(folder)) {
      for (Path one : (Iterable<Path>) left::iterator) {
        if (!one.endsWith("lock")) {
          Trees.remove(one);
        }
      }
    }
  }

  @Override
  public void close() throws DeploymentException, IOException {
    try {
      sweep();
    } finally {
      lock.close();
    }
  }
}
