package dev.lightkeeper.remote.directory;

import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.transfer.LaneShelf;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder of this host, such as a mounted disk. It is never made: a missing one is unmounted. */
public final class DirectoryRemote implements Remote {
  private final String name;
  private final Path root;

  /** Looks at nothing yet. */
  public DirectoryRemote(String name, Path root) {
    this.name = name;
    this.root = root.toAbsolutePath();
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
    if (!Files.isDirectory(root)) {
      throw new RemoteException(
          Kind.NOT_FOUND,
          Files.exists(root) ? root + " is no folder" : "The folder " + root + " does not exist",
          "mount the disk it is on, or make it; it is never made from here",
          null);
    }
    return new DirectorySession(root);
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
