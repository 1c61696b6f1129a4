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

  /**
   * Whether the lock of the file that is at {@code database} is held, now taken or before. If the
   * file was replaced, the lock of the former one is kept until the new one's is taken.
   */
  boolean take(Path database) throws IOException {
    DatabaseLock before = held.get(database);
    if (before != null && before.covers(database)) {
      return true;
    }
    Optional<DatabaseLock> lock = DatabaseLock.take(database);
    lock.ifPresent(l -> held.put(database, l));
    if (before != null && lock.isPresent()) {
      before.close();
    }
    return lock.isPresent();
  }

  /** The databases whose locks are held, in order of path. */
  Set<Path> held() {
    Set<Path> paths = new TreeSet<>();
    held.forEach(
        (path, lock) -> {
          if (lock.covers(path)) {
            paths.add(path);
          }
        });
    return paths;
  }

  @Override
  public void close() throws IOException {
    for (DatabaseLock lock : held.values()) {
      lock.close();
    }
    held.clear();
  }
}
