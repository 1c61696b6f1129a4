package dev.lightkeeper.remote.directory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files that are whole and on disk before they have their name. */
final class DurableFile {
  private final Path incoming;

  /**
   * @param incoming where files are written before they get their name; on the same file system
   */
  DurableFile(Path incoming) {
    this.incoming = incoming;
  }

  /**
   * Puts {@code content} at {@code path}.
   *
   * @throws FileAlreadyExistsException if something is there; it is left as it is
   */
  void create(Path path, byte[] content) throws IOException {
    Path part = write(content);
    try {
      link(part, path);
    } finally {
      Files.deleteIfExists(part);
    }
    sync(parent(path));
  }

  /** Puts {@code content} at {@code path} in the place of what is there, atomically. */
  void replace(Path path, byte[] content) throws IOException {
    Path part = write(content);
    try {
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    sync(parent(path));
  }

  /**
   * Gives a file another name in its folder, durably.
   *
   * @throws FileAlreadyExistsException if something has that name; both are left as they are
   */
  static void rename(Path from, Path to) throws IOException {
    link(from, to);
    Files.deleteIfExists(from);
    sync(parent(to));
  }

  /** Makes what is at {@code path}, a file or a folder, survive a power failure. */
  static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void link(Path part, Path path) throws IOException {
    try {
      Files.createLink(path, part);
    } catch (UnsupportedOperationException e) {
      moveWhereLinksAreUnknown(part, path);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException e) {
      // FAT and some network file systems have no hard links and say so with "not permitted".
      if (!Files.isDirectory(parent(path))) {
        throw e;
      }
      moveWhereLinksAreUnknown(part, path);
    }
  }

  private static void moveWhereLinksAreUnknown(Path part, Path path) throws IOException {
    Files.move(part, path); // checks first: no overwriting among those who go through here
  }

  private Path write(byte[] content) throws IOException {
    Files.createDirectories(incoming);
    Path part = incoming.resolve(UUID.randomUUID() + ".part");
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
        channel.write(left);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(part);
      throw e;
    }
    return part;
  }

  private static Path parent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException(path + " is in no folder");
    }
    return parent;
  }
}
