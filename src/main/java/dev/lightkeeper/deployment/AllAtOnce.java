package dev.lightkeeper.deployment;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Does something with each of a few things at the same time. */
final class AllAtOnce {
  private AllAtOnce() {}

  /** What is done. */
  @FunctionalInterface
  interface Work<T> {
    void with(T thing) throws DeploymentException, InterruptedException;
  }

  /**
   * Does it with all of them, whatever becomes of the others.
   *
   * @return the failures, in the order of {@code things}
   * @throws InterruptedException if this thread was interrupted; what was begun goes on
   */
  static <T> List<DeploymentException> run(List<T> things, Work<T> work)
      throws InterruptedException {
    List<DeploymentException> failures = new ArrayList<>();
    // Platform threads: docker-java waits in native code.
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory());
    try {
      List<Future<?>> started = new ArrayList<>();
      for (T thing : things) {
        started.add(
            threads.submit(
                () -> {
                  work.with(thing);
                  return true;
                }));
      }
      for (Future<?> task : started) {
        try {
          task.get();
        } catch (ExecutionException e) {
          failures.add(failure(e.getCause()));
        }
      }
    } finally {
      threads.shutdown();
    }
    return failures;
  }

  private static DeploymentException failure(@Nullable Throwable cause) {
    return cause instanceof DeploymentException e
        ? e
        : new DeploymentException(
            DeploymentException.Kind.FAILED, String.valueOf(cause), "report this", cause);
  }
}
