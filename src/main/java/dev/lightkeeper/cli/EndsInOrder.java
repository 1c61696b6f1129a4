package dev.lightkeeper.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that is interrupted, and waited for, when its process is told to end. */
final class EndsInOrder {
  private static final long LONGEST_END_MINUTES = 30;

  private EndsInOrder() {}

  interface Work {
    int run() throws Exception;
  }

  /** SIGINT or SIGTERM: the process ends only once {@code work} has put everything in order. */
  static int run(Work work) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Thread worker = Thread.currentThread();
    Thread hook =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  if (ended.getCount() > 0) {
                    worker.interrupt();
                    try {
                      boolean _ = ended.await(LONGEST_END_MINUTES, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  }
                });
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      return work.run();
    } finally {
      ended.countDown();
    }
  }
}
