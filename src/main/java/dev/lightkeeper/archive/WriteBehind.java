package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a stream in a thread of its own: making the bytes and what the stream does with them go
 * on side by side. A failure shows at a later write, or at the end. For one writing thread.
 */
final class WriteBehind extends OutputStream {
  private static final int PARTS = 8;

  /** The last is empty. */
  private final BlockingQueue<Part> full = new ArrayBlockingQueue<>(PARTS);

  private final BlockingQueue<Part> free = new ArrayBlockingQueue<>(PARTS);
  private final Thread thread;
  private Part current = new Part();
  private boolean closed;
  private volatile @Nullable Throwable failure;

  /** Goes from thread to thread. */
  private static final class Part {
    private final byte[] bytes = new byte[1 << 17];
    private int length;
  }

  /** Closing this leaves {@code out} open, with all written to it. */
  WriteBehind(OutputStream out, String name) {
    for (int i = 0; i < PARTS - 2; i++) {
      free.add(new Part());
    }
    this.thread = Thread.ofPlatform().name(name).daemon().start(() -> writeAll(out));
  }

  private void writeAll(OutputStream out) {
    try {
      for (Part part = full.take(); part.length > 0; part = full.take()) {
        write(out, part);
        part.length = 0;
        free.add(part);
      }
    } catch (InterruptedException e) {
      failure = e;
    }
  }

  /** After a failure what still comes is thrown away, so that the other thread goes on. */
  private void write(OutputStream out, Part part) {
    if (failure == null) {
      try {
        out.write(part.bytes, 0, part.length);
      } catch (Throwable e) {
        failure = e;
      }
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    for (int at = offset; at < offset + count; ) {
      if (current.length == current.bytes.length) {
        handOver();
      }
      int some = Math.min(current.bytes.length - current.length, offset + count - at);
      System.arraycopy(bytes, at, current.bytes, current.length, some);
      current.length += some;
      at += some;
    }
  }

  private void handOver() throws IOException {
    throwFailure();
    try {
      Part next = free.take();
      full.put(current);
      current = next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private void throwFailure() throws IOException {
    Throwable failed = failure;
    if (failed instanceof Error grave) {
      throw grave;
    }
    if (failed != null) {
      throw new IOException(String.valueOf(failed.getMessage()), failed);
    }
  }

  /** Returns once all is written, or has failed, and the thread has ended. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    // The queue has room for every part there is, and for the empty one.
    if (current.length > 0) {
      full.add(current);
    }
    full.add(new Part());
    boolean interrupted = false;
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
    throwFailure();
  }
}
