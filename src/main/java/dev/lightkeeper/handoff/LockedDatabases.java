package dev.lightkeeper.handoff;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The database locks that this process holds. Not for several threads at once. */
final class LockedDatabases implements AutoCloseable {
  private final Map<Path, DatabaseLock> held = new HashMap<>();

  /** Whether the lock of {@code database} is held, now taken or before. */
  boolean take(Path database) throws IOException {
    if (held.containsKey(database)) {
      return true;
    }
    Optional<DatabaseLock> lock = DatabaseLock.take(database);
    lock.ifPresent(l -> held.put(database, l));
    return lock.isPresent();
  }

  /** The databases whose locks are held, in order of path. */
  Set<Path> held() {
    return new TreeSet<>(held.keySet());
  }

  @Override
  public void close() throws IOException {
    for (DatabaseLock lock : held.values()) {
      lock.close();
    }
    held.clear();
  }
}
