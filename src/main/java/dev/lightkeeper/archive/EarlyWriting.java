package dev.lightkeeper.archive;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has the disk write a file while the processor is busy filling it, instead of afterwards, when
 * others wait for it.
 */
final class EarlyWriting implements AutoCloseable {
  private static final long EVERY_MILLIS = 250;

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable IOException failure;

  EarlyWriting(OutputFile file) {
    this.thread =
        Thread.ofPlatform().name("archive-write-out").daemon().start(() -> writeOut(file));
  }

  private void writeOut(OutputFile file) {
    try {
      while (!closing.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        file.force();
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      // nobody does; and an interrupt would close the file
    }
  }

  /**
   * Returns once the thread has ended.
   *
   * @throws IOException if the disk did not take something
   */
  @Override
  public void close() throws IOException {
    closing.countDown();
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
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }
}
