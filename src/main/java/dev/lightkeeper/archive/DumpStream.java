package dev.lightkeeper.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Takes a dump as its program writes it, and compresses it on all cores. It is part of the archive
 * only after {@link #complete}; a stream closed without is thrown away.
 */
public final class DumpStream extends OutputStream {
  private final Path file;
  private final OutputStream out;
  private final OrderedGzip gzip;
  private final Consumer<Finished> completed;
  private long bytes;
  private boolean done;
  private boolean closed;

  /** A dump on disk, compressed. */
  record Finished(Path file) {}

  DumpStream(GzipPool pool, Path file, Consumer<Finished> completed) throws IOException {
    this.file = file;
    this.completed = completed;
    this.out = new BufferedOutputStream(new OutputFile(file), 1 << 16);
    this.gzip = new OrderedGzip(pool, out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] content, int offset, int length) throws IOException {
    for (int at = offset; at < offset + length; ) {
      ByteBuffer buffer = gzip.buffer();
      int count = Math.min(GzipPool.BLOCK - buffer.position(), offset + length - at);
      buffer.put(content, at, count);
      at += count;
      if (buffer.position() == GzipPool.BLOCK) {
        gzip.endMember(true);
      }
    }
    bytes += length;
  }

  /** How many bytes of the dump were written, before compression. */
  public long bytes() {
    return bytes;
  }

  /**
   * The dump is whole: its program ended well and said so.
   *
   * @throws IOException if the rest cannot be written
   */
  public void complete() throws IOException {
    if (bytes == 0) {
      throw new IOException("the dump is empty");
    }
    gzip.finish();
    out.flush();
    done = true;
    completed.accept(new Finished(file));
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    gzip.close();
    try {
      out.close();
    } finally {
      if (!done) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Not for this: what is compressed so far stays in memory until a block is full. */
  @Override
  public void flush() {}

  @Override
  public String toString() {
    return "the dump " + file;
  }
}
