package dev.lightkeeper.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A name in a directory whose events concern a node: its file, a link that leads to it, or the
 * first component of its path that does not exist yet.
 *
 * @param directory a path to the directory
 * @param identity the directory that path led to
 * @param name the entry in it
 * @param holdsFile whether the entry is the file itself rather than something on the way to it
 */
record WatchPoint(Path directory, Object identity, Path name, boolean holdsFile) {
  /** Linux follows at most 40 links. */
  private static final int MOST_LINKS = 40;

  /** The points of {@code file}; none where the way to it cannot be looked at. */
  static Set<WatchPoint> of(Path file) {
    Set<WatchPoint> points = new LinkedHashSet<>();
    Path next = file;
    try {
      for (int links = 0; links < MOST_LINKS; links++) {
        WatchPoint point = nearest(next);
        boolean link = point.holdsFile && Files.isSymbolicLink(next);
        points.add(new WatchPoint(point.directory, point.identity, point.name, !link));
        if (!link) {
          break;
        }
        Path directory = parent(next).toRealPath();
        next = directory.resolve(Files.readSymbolicLink(next)).normalize();
      }
    } catch (IOException e) {
      // Looking at the file itself meets the same failure, and reports it.
      return points;
    }
    return points;
  }

  /** Whether its path still leads to the same directory; false if that cannot be told. */
  boolean stands() {
    try {
      return FileStamp.identity(directory).equals(identity);
    } catch (IOException e) {
      return false;
    }
  }

  private static WatchPoint nearest(Path file) throws IOException {
    Path entry = file;
    while (true) {
      Path directory = parent(entry);
      try {
        Object identity = FileStamp.identity(directory);
        return new WatchPoint(directory, identity, name(entry), entry.equals(file));
      } catch (NoSuchFileException e) {
        if (directory.getParent() == null) {
          throw e;
        }
        entry = directory;
      }
    }
  }

  private static Path parent(Path path) throws NoSuchFileException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new NoSuchFileException(path.toString());
    }
    return parent;
  }

  private static Path name(Path path) throws NoSuchFileException {
    Path name = path.getFileName();
    if (name == null) {
      throw new NoSuchFileException(path.toString());
    }
    return name;
  }
}
