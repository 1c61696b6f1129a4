package dev.lightkeeper.archive;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Threads that compress, each with an encoder and an output buffer of its own. */
final class GzipPool implements AutoCloseable {
  /** Content in one buffer; a file larger than {@link #SMALL} is cut into blocks of this. */
  static final int BLOCK = 1 << 20;

  /** Files up to this size share members with their neighbours. */
  static final int SMALL = 1 << 19;

  /** A chunk is closed when it has a block's size; the last file may come on top. */
  static final int BUFFER = BLOCK + SMALL + 2 * TarHeader.MAXIMUM;

  /** More would not fit the memory that a backup may take. */
  private static final int MOST_WORKERS = 8;

  private final int workers;
  private final Supplier<GzipEncoder> encoders;
  private final ExecutorService threads;
  private final BlockingQueue<Worker> idle = new LinkedBlockingQueue<>();
  private final List<Worker> all = new ArrayList<>();

  /** A thread's tools. */
  record Worker(GzipEncoder deflate, GzipEncoder store, ByteBuffer output) {
    ByteBuffer encode(ByteBuffer input, boolean compressible) {
      (compressible ? deflate : store).encode(input, output);
      return output;
    }
  }

  /** What a thread is given to do. */
  interface Task<T> {
    T run(Worker worker) throws Exception;
  }

  GzipPool(int workers, Supplier<GzipEncoder> encoders) {
    this.workers = workers;
    this.encoders = encoders;
    this.threads =
        Executors.newFixedThreadPool(
            workers, Thread.ofPlatform().name("archive-", 1).daemon().factory());
    for (int i = 0; i < workers; i++) {
      Worker worker =
          new Worker(
              encoders.get(), new JdkGzip(0), ByteBuffer.allocateDirect(GzipEncoder.bound(BUFFER)));
      all.add(worker);
      idle.add(worker);
    }
  }

  /** One thread for each core, with the quickest encoder that this system has. */
  static GzipPool ofThisMachine() {
    return new GzipPool(
        Math.min(Runtime.getRuntime().availableProcessors(), MOST_WORKERS), quickest());
  }

  private static Supplier<GzipEncoder> quickest() {
    @Nullable Libdeflate library = Libdeflate.find();
    if (library == null) {
      return () -> sparing(JdkGzip::new, GzipEncoder.LEVEL);
    }
    LibdeflateGzip.Calls calls = LibdeflateGzip.Calls.of(library);
    return () ->
        sparing(level -> new LibdeflateGzip(calls, level), LibdeflateGzip.AS_SMALL_AS_GZIP);
  }

  private static GzipEncoder sparing(IntFunction<GzipEncoder> ofLevel, int thorough) {
    return new SparingGzip(ofLevel.apply(thorough), ofLevel.apply(1), new JdkGzip(0));
  }

  int workers() {
    return workers;
  }

  /** Makes more encoders of the kind the threads use. */
  Supplier<GzipEncoder> encoders() {
    return encoders;
  }

  <T> Future<T> submit(Task<T> task) {
    return threads.submit(
        () -> {
          Worker worker = idle.take();
          try {
            return task.run(worker);
          } finally {
            idle.add(worker);
          }
        });
  }

  /** Waits for what is running: an encoder in use must not be freed. */
  @Override
  public void close() {
    threads.shutdownNow();
    boolean interrupted = false;
    while (true) {
      try {
        if (threads.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    for (Worker worker : all) {
      worker.deflate().close();
      worker.store().close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
