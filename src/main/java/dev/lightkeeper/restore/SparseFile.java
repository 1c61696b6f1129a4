package dev.lightkeeper.restore;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;

/** Writes a file, and leaves holes where blocks are all zeros. */
final class SparseFile {
  private static final int BLOCK = 4096;
  private static final byte[] ZEROS = new byte[BLOCK];

  private final byte[] buffer = new byte[64 * BLOCK];

  /** Sees what is written. */
  interface Watcher {
    /**
     * These were written.
     *
     * @param end how much of the file is written with them
     */
    void bytes(byte[] bytes, int length, long end) throws IOException;
  }

  /** Sees how much room was taken. */
  interface Meter {
    void taken(long bytes) throws IOException, RestoreException;
  }

  /** Writes {@code content} to its end into the new file {@code file}. */
  void write(Path file, InputStream content, Watcher watcher, Meter meter)
      throws IOException, RestoreException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      long at = 0;
      for (int length; (length = content.readNBytes(buffer, 0, buffer.length)) > 0; ) {
        meter.taken(write(out, at, length));
        at += length;
        watcher.bytes(buffer, length, at);
      }
      if (out.length() < at) {
        out.setLength(at);
      }
    }
  }

  /** Returns how many bytes were not left out. */
  private long write(RandomAccessFile out, long at, int length) throws IOException {
    long written = 0;
    int from = 0;
    while (from < length) {
      int to = from;
      while (to < length && !zeros(to, length)) {
        to = Math.min(length, to + BLOCK);
      }
      if (to > from) {
        out.seek(at + from);
        out.write(buffer, from, to - from);
        written += to - from;
      }
      from = to;
      while (from < length && zeros(from, length)) {
        from = Math.min(length, from + BLOCK);
      }
    }
    return written;
  }

  private boolean zeros(int from, int length) {
    int count = Math.min(BLOCK, length - from);
    return buffer[from] == 0 && Arrays.equals(buffer, from, from + count, ZEROS, 0, count);
  }
}
