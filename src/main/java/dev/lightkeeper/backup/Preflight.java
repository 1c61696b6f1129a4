package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveDraft;
import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ArchiveSources;
import dev.lightkeeper.archive.BtcpayLayout;
import dev.lightkeeper.archive.EntryName;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.Quiesce;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.StoredArchive;
import dev.lightkeeper.shelf.ArchiveFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at everything a backup needs before it touches anything. */
public final class Preflight {
  private static final long MARGIN = 64L << 20;
  private static final String VOLUMES = "volumes";
  private static final Path USUAL_FOLDER = Path.of(VOLUMES, "backup_datadir", "_data");

  private final Engine engine;
  private final BackupOrder order;

  /** Looks at nothing yet. */
  public Preflight(Engine engine, BackupOrder order) {
    this.engine = engine;
    this.order = order;
  }

  /**
   * What a backup would do now. Nothing is changed, here or on a remote.
   *
   * @throws DeploymentException if there is no deployment that can be backed up
   * @throws ArchiveException if what is to be archived cannot be
   * @throws IOException if the volumes cannot be looked at
   */
  public BackupPlan plan()
      throws DeploymentException, ArchiveException, IOException, InterruptedException {
    BtcpayEnvironment environment = BtcpayEnvironment.read(order.profile());
    Deployment deployment = Deployment.discover(engine, environment);
    BtcpayLayout layout = new BtcpayLayout(order.mode());
    ArchiveSources sources =
        new ArchiveSources(deployment.dockerRoot(), secrets(environment), layout);
    List<Path> archived = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    volumes(deployment, layout, archived, leftOut);
    ArchiveDraft.Estimate contents = ArchiveDraft.estimate(sources);
    Path folder =
        order.folder() == null ? deployment.dockerRoot().resolve(USUAL_FOLDER) : order.folder();
    long expected = expected(folder, contents.bytes() + databases(deployment));
    return new BackupPlan(
        deployment,
        sources,
        folder,
        new ArchiveName(
            Instant.now(), order.mode() == ArchiveMode.MIGRATE, order.passphrase() != null),
        archived,
        leftOut,
        contents,
        new Quiesce(engine, environment, order.measure(), archived).targets(),
        expected,
        2 * expected + MARGIN,
        free(folder),
        rooms(expected));
  }

  /** As the newest scripts have it: beside BTCPay Server's own checkout; older ones have none. */
  private static @Nullable Path secrets(BtcpayEnvironment environment) {
    Path secrets = environment.baseDirectory().resolve("btcpayserver-docker").resolve("secrets");
    return Files.isDirectory(secrets) ? secrets : null;
  }

  private static void volumes(
      Deployment deployment, BtcpayLayout layout, List<Path> archived, List<String> leftOut)
      throws IOException {
    try (Stream<Path> volumes = Files.list(deployment.volumes())) {
      for (Path volume : (Iterable<Path>) volumes.sorted()::iterator) {
        String name = String.valueOf(volume.getFileName());
        if (!name.startsWith(BtcpayLayout.VOLUME_PREFIX)) {
          continue;
        }
        EntryName entry = EntryName.of(VOLUMES + "/" + name);
        EntryName data = EntryName.of(VOLUMES + "/" + name + "/_data");
        if (layout.leavesOut(entry) || layout.leavesOut(data)) {
          leftOut.add(name);
        } else {
          archived.add(volume.resolve("_data"));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long databases(Deployment deployment) throws IOException {
    long[] bytes = new long[1];
    for (DatabaseKind kind : DatabaseKind.values()) {
      Path data = deployment.volumes().resolve(kind.volume()).resolve("_data");
      if (Files.isDirectory(data)) {
        Files.walkFileTree(
            data,
            new SimpleFileVisitor<Path>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE; // a database at work removes files all the time
              }
            });
      }
    }
    return bytes[0];
  }

  private long expected(Path folder, long contents) throws IOException {
    boolean migration = order.mode() == ArchiveMode.MIGRATE;
    return new ArchiveFolder(folder)
        .list().reversed().stream()
            .filter(a -> a.complete() && a.name().migration() == migration)
            .findFirst()
            .map(StoredArchive::size)
            .map(last -> last + last / 5)
            .orElse(contents / 2);
  }

  /** Bytes that are free where {@code folder} is, or will be. */
  static long free(Path folder) throws IOException {
    Path there = folder.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return Files.getFileStore(there).getUsableSpace();
  }

  private List<BackupPlan.Room> rooms(long expected) throws InterruptedException {
    List<BackupPlan.Room> rooms = new ArrayList<>();
    for (Remote remote : order.remotes()) {
      rooms.add(room(remote, expected));
    }
    return rooms;
  }

  private static BackupPlan.Room room(Remote remote, long expected) throws InterruptedException {
    try (ArchiveShelf shelf = remote.archives()) {
      OptionalLong free = shelf.free();
      @Nullable String problem =
          free.isPresent() && free.getAsLong() < expected
              ? "it has %d MiB free, and the archive will have about %d MiB"
                  .formatted(free.getAsLong() >> 20, expected >> 20)
              : null;
      return new BackupPlan.Room(remote.name(), remote.location(), free, problem);
    } catch (RemoteException e) {
      return new BackupPlan.Room(
          remote.name(), remote.location(), OptionalLong.empty(), e.what() + ": " + e.remedy());
    }
  }
}
