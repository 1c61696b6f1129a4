package dev.lightkeeper.shelf;

import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Transfer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which archives still have to go to which remotes: an empty file {@code <remote>/<archive>} each,
 * in a folder of the state. Survives restarts. Of several processes, one may deliver at a time.
 */
public final class ShipmentQueue {
  private final Path folder;

  /**
   * @param state the state folder; the queue is the folder {@code shipments} in it
   */
  public ShipmentQueue(Path state) {
    this.folder = state.resolve("shipments");
  }

  /** An archive that has to go to a remote. */
  public record Shipment(String remote, ArchiveName archive) {}

  /** What became of a shipment. */
  public sealed interface Outcome {
    Shipment shipment();

    /** It is there, whole and verified. */
    record Delivered(Shipment shipment) implements Outcome {}

    /** It is not; it stays in the queue. */
    record Failed(Shipment shipment, RemoteException cause) implements Outcome {}

    /**
     * It can never be delivered and was taken off the queue.
     *
     * @param why the local archive is gone or damaged: one sentence without a full stop
     */
    record Dropped(Shipment shipment, String why) implements Outcome {}
  }

  /** Is told how far a delivery is. */
  public interface Watcher {
    /** Bytes of a shipment so far; see {@link Transfer.Watcher}. */
    void at(Shipment shipment, long moved, long verified, long total);
  }

  /** Notes that {@code archive} has to go to each of {@code remotes}; durable on return. */
  public void add(ArchiveName archive, Collection<String> remotes) throws IOException {
    for (String remote : remotes) {
      Path own = folder.resolve(remote);
      Files.createDirectories(own);
      try {
        Files.createFile(own.resolve(archive.fileName()));
      } catch (FileAlreadyExistsException e) {
        // It was noted before.
      }
      sync(own);
      sync(folder);
    }
  }

  /** What has to go where, oldest archive first. */
  public List<Shipment> pending() throws IOException {
    List<Shipment> pending = new ArrayList<>();
    for (Path remote : children(folder)) {
      for (Path archive : children(remote)) {
        ArchiveName.parse(String.valueOf(archive.getFileName()))
            .ifPresent(n -> pending.add(new Shipment(String.valueOf(remote.getFileName()), n)));
      }
    }
    pending.sort((a, b) -> a.archive().compareTo(b.archive()));
    return pending;
  }

  /**
   * Tries everything that is due at {@code remotes}, newest archive first, one after another; a
   * remote that cannot be reached is not tried again for its other archives.
   *
   * @param patience how long to go on trying to connect while nothing gets through
   * @throws IOException if the queue itself cannot be read or written
   */
  public List<Outcome> deliver(
      ArchiveFolder archives,
      Collection<Remote> remotes,
      RateLimit limit,
      Duration patience,
      Watcher watcher)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    List<Shipment> due = pending().reversed();
    for (Remote remote : remotes) {
      try (ArchiveShelf shelf = remote.archives()) {
        for (Shipment shipment : due) {
          if (!shipment.remote().equals(remote.name())) {
            continue;
          }
          Transfer transfer =
              new Transfer(
                  folder.resolveSibling("transfers").resolve(remote.name()),
                  patience,
                  limit,
                  (moved, verified, total) -> watcher.at(shipment, moved, verified, total));
          Outcome outcome = deliver(shipment, archives, shelf, transfer);
          outcomes.add(outcome);
          if (outcome instanceof Outcome.Failed failed
              && failed.cause().kind() == RemoteException.Kind.UNREACHABLE) {
            break;
          }
        }
      }
    }
    return outcomes;
  }

  private Outcome deliver(
      Shipment shipment, ArchiveFolder archives, ArchiveShelf shelf, Transfer transfer)
      throws IOException, InterruptedException {
    ArchiveName name = shipment.archive();
    Optional<byte[]> manifest = manifest(archives, name);
    if (manifest.isEmpty() || !Files.isRegularFile(archives.file(name))) {
      forget(shipment);
      return new Outcome.Dropped(shipment, name + " is gone from " + archives.path());
    }
    try {
      shelf.upload(archives.file(name), name, manifest.get(), transfer);
      forget(shipment);
      return new Outcome.Delivered(shipment);
    } catch (RemoteException e) {
      return new Outcome.Failed(shipment, e);
    } catch (IOException e) {
      // Here, not there: another try may go better, and nothing local is ever removed for it.
      return new Outcome.Failed(
          shipment,
          new RemoteException(
              RemoteException.Kind.FAILED,
              "%s could not be sent: %s".formatted(name, e.getMessage()),
              "see the disk that holds it, and the state folder",
              e));
    }
  }

  private static Optional<byte[]> manifest(ArchiveFolder archives, ArchiveName name)
      throws IOException {
    try {
      byte[] manifest = archives.manifest(name);
      return ArchiveManifest.parse(manifest).map(_ -> manifest);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void forget(Shipment shipment) throws IOException {
    Path own = folder.resolve(shipment.remote());
    Files.deleteIfExists(own.resolve(shipment.archive().fileName()));
    sync(own);
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
