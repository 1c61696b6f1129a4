package dev.lightkeeper.remote.directory;

import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.transfer.LaneShelf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A folder of this host, such as a mounted disk. It is never made: a missing one is unmounted. */
public final class DirectoryRemote implements Remote {
  /** Longer than a disk takes to spin up. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String name;
  private final Path root;
  private final DiskCalls calls;

  /** Looks at nothing yet. */
  public DirectoryRemote(String name, Path root) {
    this(name, root, PATIENCE);
  }

  /**
   * The same with another patience.
   *
   * @param patience how long the disk may take for anything
   */
  public DirectoryRemote(String name, Path root, Duration patience) {
    this.name = name;
    this.root = root.toAbsolutePath();
    this.calls = new DiskCalls(this.root, patience);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String location() {
    return root.toUri().getScheme() + "://" + root;
  }

  @Override
  public DirectorySession connect() throws RemoteException {
    return calls.within(
        () -> {
          if (Presence.there(root)) {
            return new DirectorySession(root, calls);
          }
          throw absent();
        });
  }

  private RemoteException absent() {
    if (Presence.unmounted(root)) {
      return new RemoteException(
          Kind.NOT_FOUND,
          "Nothing is mounted at " + root + ": it is on this system's own disk",
          "mount the disk; for a folder that is meant to be on this one, take another place than"
              + " /mnt and /media",
          null);
    }
    return new RemoteException(
        Kind.NOT_FOUND,
        Files.exists(root) ? root + " is no folder" : "The folder " + root + " does not exist",
        "mount the disk it is on, or make it; it is never made from here",
        null);
  }

  @Override
  public ArchiveShelf archives() {
    return new LaneShelf(new DirectoryLanes(this));
  }

  /** The folder. */
  Path root() {
    return root;
  }
}
