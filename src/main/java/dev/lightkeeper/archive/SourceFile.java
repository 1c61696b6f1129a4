package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being read while others may write to it: as many bytes as its header will say,
 * zeros where the file has become shorter (as GNU tar does).
 */
final class SourceFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final Stat stat;
  private volatile boolean cutShort;

  private SourceFile(Path path, FileChannel channel, Stat stat) {
    this.path = path;
    this.channel = channel;
    this.stat = stat;
  }

  /**
   * @param sync writes its dirty pages out first: only then does the next write through a shared
   *     memory map change the time of the file (seen on ext4); null if no such write will come
   * @return null if it is gone, or a file no more
   * @throws ArchiveException UNREADABLE if it is there and cannot be read
   */
  static @Nullable SourceFile open(Path path, @Nullable FilesystemSync sync)
      throws ArchiveException {
    FileChannel channel = null;
    try {
      Stat stat = Stat.of(path);
      if (!stat.isFile()) {
        return null; // opening a fifo would wait for its writer
      }
      channel = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
      if (sync != null && !sync.covers(path, stat)) {
        channel.force(false);
        stat = Stat.of(path);
      }
      if (stat.isFile()) {
        SourceFile opened = new SourceFile(path, channel, stat);
        channel = null;
        return opened;
      }
      return null;
    } catch (NoSuchFileException e) {
      return null;
    } catch (FileSystemException e) {
      if (isFileNoMore(path)) {
        return null;
      }
      throw FolderReader.unreadable(path, e);
    } catch (IOException e) {
      throw FolderReader.unreadable(path, e);
    } finally {
      closeQuietly(channel);
    }
  }

  /** As it was before the first byte was read. */
  Stat stat() {
    return stat;
  }

  /** Puts {@code length} bytes from {@code position} on. For any number of threads. */
  void read(long position, ByteBuffer into, int length) throws ArchiveException {
    int begin = into.position();
    int limit = into.limit();
    into.limit(begin + length);
    try {
      while (into.hasRemaining() && channel.read(into, position + into.position() - begin) >= 0) {
        // reads may be short
      }
    } catch (IOException e) {
      throw FolderReader.unreadable(path, e);
    }
    if (into.hasRemaining()) {
      cutShort = true;
    }
    into.put(new byte[into.remaining()]).limit(limit);
  }

  /** Whether all that was read is the file's content of one moment, as far as stat can tell. */
  boolean stayedTheSame() throws IOException {
    try {
      return !cutShort && Stat.of(path).sameFile(stat);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static boolean isFileNoMore(Path path) throws ArchiveException {
    try {
      return !Stat.of(path).isFile();
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw FolderReader.unreadable(path, e);
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) throws ArchiveException {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new ArchiveException(
            ArchiveException.Kind.UNREADABLE, "A file cannot be closed", "Check the disk", e);
      }
    }
  }
}
