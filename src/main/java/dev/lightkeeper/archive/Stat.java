package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * What {@code lstat(2)} says.
 *
 * @param mode with the file type's bits
 * @param modified seconds since 1970, UTC
 * @param modifiedNanos the rest of it, nanoseconds
 * @param changed {@code ctime}, nanoseconds since 1970, wrapping round
 */
record Stat(
    long device,
    long inode,
    int links,
    int mode,
    int uid,
    int gid,
    long deviceNumber,
    long size,
    long modified,
    int modifiedNanos,
    long changed) {
  private static final String ATTRIBUTES =
      "unix:dev,ino,nlink,mode,uid,gid,rdev,size,lastModifiedTime,ctime";
  private static final int TYPE = 0170000;
  private static final int SOCKET = 0140000;

  /**
   * The stat of {@code path}, links not followed.
   *
   * @throws java.nio.file.NoSuchFileException if there is nothing
   */
  static Stat of(Path path) throws IOException {
    Map<String, Object> found = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    Instant modified = ((FileTime) get(found, "lastModifiedTime")).toInstant();
    Instant changed = ((FileTime) get(found, "ctime")).toInstant();
    return new Stat(
        (Long) get(found, "dev"),
        (Long) get(found, "ino"),
        (Integer) get(found, "nlink"),
        (Integer) get(found, "mode"),
        (Integer) get(found, "uid"),
        (Integer) get(found, "gid"),
        (Long) get(found, "rdev"),
        (Long) get(found, "size"),
        modified.getEpochSecond(),
        modified.getNano(),
        nanos(changed));
  }

  static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }

  boolean isSocket() {
    return (mode & TYPE) == SOCKET;
  }

  boolean isDirectory() {
    return (mode & TYPE) == 0040000;
  }

  boolean isFile() {
    return (mode & TYPE) == 0100000;
  }

  /** The type of its entry; a socket has none. */
  EntryType type() {
    return switch (mode & TYPE) {
      case 0100000 -> EntryType.FILE;
      case 0120000 -> EntryType.SYMBOLIC_LINK;
      case 0020000 -> EntryType.CHARACTER_DEVICE;
      case 0060000 -> EntryType.BLOCK_DEVICE;
      case 0040000 -> EntryType.DIRECTORY;
      case 0010000 -> EntryType.FIFO;
      default -> throw new IllegalStateException("no entry has the mode " + mode);
    };
  }

  /** The same file with, as far as stat can tell, the same content and attributes. */
  boolean sameFile(Stat other) {
    return device == other.device
        && inode == other.inode
        && size == other.size
        && changed == other.changed
        && sameHeader(other);
  }

  /** Nothing that an entry without content shows has changed. */
  boolean sameHeader(Stat other) {
    return mode == other.mode
        && uid == other.uid
        && gid == other.gid
        && deviceNumber == other.deviceNumber
        && modified == other.modified
        && modifiedNanos == other.modifiedNanos;
  }

  /** With other permission bits. */
  Stat withPermissions(int permissions) {
    return new Stat(
        device,
        inode,
        links,
        (mode & TYPE) | permissions,
        uid,
        gid,
        deviceNumber,
        size,
        modified,
        modifiedNanos,
        changed);
  }

  private static Object get(Map<String, Object> found, String attribute) {
    return Objects.requireNonNull(found.get(attribute), attribute);
  }
}
