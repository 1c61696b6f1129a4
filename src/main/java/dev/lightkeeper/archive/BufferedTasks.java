package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hands buffers to the pool, in no order; as many are under way as there are buffers. The first
 * failure of a task is thrown at the next call.
 */
final class BufferedTasks implements AutoCloseable {
  private final GzipPool pool;
  private final int count;
  private final Arena arena = Arena.ofShared();
  private final BlockingQueue<ByteBuffer> free;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** What is done with a buffer. */
  interface Task {
    void run(GzipPool.Worker worker, ByteBuffer buffer) throws IOException, ArchiveException;
  }

  BufferedTasks(GzipPool pool) {
    this.pool = pool;
    this.count = 2 * pool.workers();
    this.free = new ArrayBlockingQueue<>(count);
    for (int i = 0; i < count; i++) {
      free.add(arena.allocate(GzipPool.BUFFER).asByteBuffer());
    }
  }

  /** An empty buffer; waits for one. */
  ByteBuffer take() throws IOException, ArchiveException {
    ByteBuffer buffer = taken();
    Throwable failed = failure.get();
    if (failed != null) {
      free.add(buffer);
      if (failed instanceof ArchiveException known) {
        throw known;
      }
      if (failed instanceof Error grave) {
        throw grave; // such as no memory left: no disk's fault
      }
      throw new IOException(String.valueOf(failed.getMessage()), failed);
    }
    return buffer.clear();
  }

  /** Gives an unused buffer back. */
  void give(ByteBuffer buffer) {
    free.add(buffer);
  }

  /** Takes over {@code buffer}. */
  void submit(ByteBuffer buffer, Task task) {
    Future<?> _ =
        pool.submit(
            worker -> {
              try {
                task.run(worker, buffer);
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              } finally {
                free.add(buffer);
              }
              return worker;
            });
  }

  /** Waits until every task is done; all they wrote can be seen then. */
  void await() throws IOException, ArchiveException {
    List<ByteBuffer> all = new ArrayList<>();
    try {
      while (all.size() < count) {
        all.add(taken());
      }
    } finally {
      free.addAll(all);
    }
    give(take());
  }

  /** Frees the buffers, once no task uses one; a buffer that was taken is given back before. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (int i = 0; i < count; ) {
      try {
        free.take();
        i++;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    arena.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private ByteBuffer taken() throws IOException {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
