package dev.lightkeeper.remote.directory;

import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteSession;
import java.nio.file.Path;

/** A folder, such as a mounted disk's. */
public final class DirectoryRemote implements Remote {
  private final String name;
  private final Path root;

  /** Looks at nothing yet. */
  public DirectoryRemote(String name, Path root) {
    this.name = name;
    this.root = root;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String location() {
    return root.toUri().toString();
  }

  @Override
  public RemoteSession connect() {
    throw new UnsupportedOperationException("not yet");
  }
}
