package dev.lightkeeper.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code stat(2)} says of a file, links followed; two equal stamps mean the same content if
 * more than one tick of the file system's clock (at most 10 ms) lies between write and stamp.
 */
record FileStamp(
    Object device, Object inode, long size, Object modified, Object changed, Kind kind) {
  /** What is at a path. */
  enum Kind {
    FILE,
    DIRECTORY,
    OTHER
  }

  private static final String ATTRIBUTES =
      "unix:dev,ino,size,lastModifiedTime,ctime,isRegularFile,isDirectory";

  /**
   * The stamp of what {@code path} leads to, or of a link itself if {@code options} say so.
   *
   * @throws IOException if it cannot be reached; {@link java.nio.file.NoSuchFileException} if it is
   *     not there
   */
  static FileStamp of(Path path, LinkOption... options) throws IOException {
    Map<String, Object> found = Files.readAttributes(path, ATTRIBUTES, options);
    return new FileStamp(
        get(found, "dev"),
        get(found, "ino"),
        (Long) get(found, "size"),
        get(found, "lastModifiedTime"),
        get(found, "ctime"),
        kind(found));
  }

  /**
   * Device and inode of what {@code path} leads to, whatever its content: equal for one directory
   * or file, whatever it is called.
   *
   * @throws IOException as {@link #of}
   */
  static Object identity(Path path) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(path, BasicFileAttributes.class).fileKey(), "identity");
  }

  private static Kind kind(Map<String, Object> found) {
    if (get(found, "isRegularFile").equals(true)) {
      return Kind.FILE;
    }
    return get(found, "isDirectory").equals(true) ? Kind.DIRECTORY : Kind.OTHER;
  }

  private static Object get(Map<String, Object> found, String attribute) {
    return Objects.requireNonNull(found.get(attribute), attribute);
  }
}
