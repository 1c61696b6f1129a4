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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which archives still have to go to which remotes: a file {@code <remote>/<archive>} each, in a
 * folder of the state, which holds where the archive is kept. Survives restarts. Of several
 * processes, one may deliver at a time.
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
     * @param why what is gone, the archive or the remote: one sentence without a full stop
     */
    record Dropped(Shipment shipment, String why) implements Outcome {}
  }

  /** Is told how far a delivery is. */
  public interface Watcher {
    /** Bytes of a shipment so far; see {@link Transfer.Watcher}. */
    void at(Shipment shipment, long moved, long verified, long total);
  }

  /**
   * Notes that {@code archive} has to go to each of {@code remotes}; durable on return.
   *
   * @param kept where it is: whoever delivers it may not be able to find out
   */
  public void add(ArchiveName archive, ArchiveFolder kept, Collection<String> remotes)
      throws IOException {
    for (String remote : remotes) {
      Path own = folder.resolve(remote);
      Files.createDirectories(own);
      Path note = own.resolve(archive.fileName());
      Files.writeString(note, kept.path() + "\n");
      sync(note);
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
   * remote that cannot be reached is not tried again for its other archives. What is due at a
   * remote that is none of these is dropped.
   *
   * @param usual where archives are that an earlier version noted without their folder; null if
   *     that is not known
   * @param remotes all that there are
   * @param patience how long to go on trying to connect while nothing gets through
   * @throws IOException if the queue itself cannot be read or written
   */
  public List<Outcome> deliver(
      @Nullable ArchiveFolder usual,
      Collection<Remote> remotes,
      RateLimit limit,
      Duration patience,
      Watcher watcher)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    List<Shipment> due = pending().reversed();
    Set<String> names = remotes.stream().map(Remote::name).collect(Collectors.toSet());
    for (Shipment shipment : due) {
      if (!names.contains(shipment.remote())) {
        forget(shipment);
        outcomes.add(new Outcome.Dropped(shipment, "archives are no longer shipped there"));
      }
    }
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
          Outcome outcome = deliver(shipment, usual, shelf, transfer);
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
      Shipment shipment, @Nullable ArchiveFolder usual, ArchiveShelf shelf, Transfer transfer)
      throws IOException, InterruptedException {
    ArchiveName name = shipment.archive();
    ArchiveFolder archives = keptIn(shipment, usual);
    if (archives == null) {
      return failed(shipment, "it is not known where it is kept", "set folder in [backup]", null);
    }
    try {
      Optional<byte[]> manifest = manifest(archives, name);
      if (manifest.isEmpty() || !Files.isRegularFile(archives.file(name))) {
        return missing(shipment, archives);
      }
      shelf.upload(archives.file(name), name, manifest.get(), transfer);
      forget(shipment);
      return new Outcome.Delivered(shipment);
    } catch (RemoteException e) {
      return new Outcome.Failed(shipment, e);
    } catch (IOException e) {
      // Here, not there: another try may go better, and nothing local is ever removed for it.
      return failed(
          shipment, String.valueOf(e), "see the disk that holds it, and the state folder", e);
    }
  }

  /** Only where others are can it be told from a disk that is not mounted. */
  private Outcome missing(Shipment shipment, ArchiveFolder archives) throws IOException {
    if (archives.list().isEmpty()) {
      return failed(
          shipment,
          "there is no archive at all in " + archives.path(),
          "if that is a disk of its own, mount it; it is given up once a newer archive is there",
          null);
    }
    forget(shipment);
    return new Outcome.Dropped(shipment, shipment.archive() + " is gone from " + archives.path());
  }

  private static Outcome failed(
      Shipment shipment, String why, String remedy, @Nullable IOException cause) {
    return new Outcome.Failed(
        shipment,
        new RemoteException(
            RemoteException.Kind.FAILED,
            "%s could not be sent: %s".formatted(shipment.archive(), why),
            remedy,
            cause));
  }

  private @Nullable ArchiveFolder keptIn(Shipment shipment, @Nullable ArchiveFolder usual)
      throws IOException {
    String noted = Files.readString(note(shipment)).strip();
    return noted.isEmpty() ? usual : new ArchiveFolder(Path.of(noted));
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
    Files.deleteIfExists(note(shipment));
    sync(folder.resolve(shipment.remote()));
  }

  private Path note(Shipment shipment) {
    return folder.resolve(shipment.remote()).resolve(shipment.archive().fileName());
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
