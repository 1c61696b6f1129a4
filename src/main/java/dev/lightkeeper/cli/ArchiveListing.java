package dev.lightkeeper.cli;

import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.StoredArchive;
import java.util.ArrayList;
import java.util.List;

/**
 * The archives of several remotes.
 *
 * @param kept of those that could be read, in the order of the remotes
 * @param failed those that could not
 */
record ArchiveListing(List<Kept> kept, List<Unread> failed) {
  ArchiveListing {
    kept = List.copyOf(kept);
    failed = List.copyOf(failed);
  }

  /** One archive on one remote. */
  record Kept(Remote remote, StoredArchive archive) {}

  /** A remote that could not be read. */
  record Unread(Remote remote, RemoteException cause) {}

  /**
   * Lists every remote.
   *
   * @throws RemoteException if none can be read
   */
  static ArchiveListing of(List<Remote> remotes) throws RemoteException, InterruptedException {
    List<Kept> kept = new ArrayList<>();
    List<Unread> failed = new ArrayList<>();
    for (Remote remote : remotes) {
      try (ArchiveShelf shelf = remote.archives()) {
        shelf.list().forEach(archive -> kept.add(new Kept(remote, archive)));
      } catch (RemoteException e) {
        failed.add(new Unread(remote, e));
      }
    }
    return new ArchiveListing(kept, failed);
  }

  /** Warns about every remote that could not be read. */
  void warn(GlobalOptions global) {
    failed.forEach(
        f ->
            global.warn(
                "%s: %s → %s".formatted(f.remote().name(), f.cause().what(), f.cause().remedy())));
  }
}
