package dev.lightkeeper.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A private file that several threads append to, each in one go, and read from anywhere. */
final class WorkFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final AtomicLong end = new AtomicLong();

  WorkFile(Path path) throws IOException {
    this.path = path;
    this.channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /** Appends what remains in {@code bytes}; where it begins. */
  long append(ByteBuffer bytes) throws IOException {
    long begin = end.getAndAdd(bytes.remaining());
    for (long at = begin; bytes.hasRemaining(); ) {
      at += channel.write(bytes, at);
    }
    return begin;
  }

  /** Fills what remains in {@code into}. */
  void read(long position, ByteBuffer into) throws IOException {
    for (long at = position; into.hasRemaining(); ) {
      int count = channel.read(into, at);
      if (count < 0) {
        throw new EOFException("the work file " + path + " was cut short by somebody else");
      }
      at += count;
    }
  }

  long size() {
    return end.get();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
