package dev.lightkeeper.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A private file that several threads append to, each in one go, and read from anywhere. */
final class WorkFile implements AutoCloseable {
  private final Path path;
  private final OutputFile file;
  private final AtomicLong end = new AtomicLong();

  WorkFile(Path path) throws IOException {
    this.path = path;
    this.file = new OutputFile(path);
  }

  /** Appends what remains in {@code bytes}; where it begins. */
  long append(ByteBuffer bytes) throws IOException {
    long begin = end.getAndAdd(bytes.remaining());
    file.write(begin, bytes);
    return begin;
  }

  /** Fills what remains in {@code into}. */
  void read(long position, ByteBuffer into) throws IOException {
    for (long at = position; into.hasRemaining(); ) {
      int count = file.read(at, into);
      if (count < 0) {
        throw new EOFException("the work file " + path + " was cut short by somebody else");
      }
      at += count;
    }
  }

  /** Has the disk write what is appended at once, until that is closed. */
  EarlyWriting writtenEarly() {
    return new EarlyWriting(file);
  }

  long size() {
    return end.get();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
