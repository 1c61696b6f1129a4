package dev.lightkeeper.handoff;

import java.io.IOException;
import java.nio.file.Path;

/** A channel database that is locked as the guard locks it, for tests of other packages. */
public final class HeldDatabase implements AutoCloseable {
  private final DatabaseLock lock;

  private HeldDatabase(DatabaseLock lock) {
    this.lock = lock;
  }

  /** Takes the lock of {@code file}, which nobody has. */
  public static HeldDatabase take(Path file) throws IOException {
    return new HeldDatabase(
        DatabaseLock.take(file).orElseThrow(() -> new IOException(file + " is locked already")));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
