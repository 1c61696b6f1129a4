package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream in a thread of its own, a few parts ahead: what is slow before it and after it go
 * on side by side. The stream fails here as it failed there. For one reading thread.
 */
final class ReadAhead extends InputStream {
  private static final int PARTS = 8;

  private final BlockingQueue<Part> ready = new ArrayBlockingQueue<>(PARTS);
  private final BlockingQueue<Part> free = new ArrayBlockingQueue<>(PARTS);
  private final Thread thread;
  private Part current = new Part();
  private int at;

  /** Goes from thread to thread. */
  private static final class Part {
    private final byte[] bytes = new byte[1 << 17];
    private int length;

    /** Nothing follows; there is no content in it. */
    private boolean last;

    private @Nullable Throwable failure;

    void fill(InputStream in) {
      try {
        length = in.readNBytes(bytes, 0, bytes.length);
      } catch (Throwable e) {
        length = 0;
        failure = e;
      }
      last = length == 0;
    }
  }

  /** Closing this leaves {@code in} open, and nobody reads it any more. */
  ReadAhead(InputStream in, String name) {
    for (int i = 0; i < PARTS - 1; i++) {
      free.add(new Part());
    }
    this.thread = Thread.ofPlatform().name(name).daemon().start(() -> readAll(in));
  }

  private void readAll(InputStream in) {
    try {
      for (boolean more = true; more; ) {
        Part part = free.take();
        part.fill(in);
        more = !part.last;
        ready.put(part);
      }
    } catch (InterruptedException e) {
      // closed: nobody waits for more
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (at == current.length && !current.last) {
      next();
    }
    Throwable failure = current.failure;
    if (failure instanceof IOException failed) {
      throw failed;
    }
    if (failure instanceof Error grave) {
      throw grave;
    }
    if (failure != null) {
      throw new IOException(String.valueOf(failure.getMessage()), failure);
    }
    if (current.last) {
      return -1;
    }
    int count = Math.min(length, current.length - at);
    System.arraycopy(current.bytes, at, into, offset, count);
    at += count;
    return count;
  }

  private void next() throws IOException {
    try {
      free.add(current);
      current = ready.take();
      at = 0;
    } catch (InterruptedException e) {
      current = new Part();
      at = 0;
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  /** Returns once the thread has ended. */
  @Override
  public void close() {
    boolean interrupted = false;
    thread.interrupt();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
