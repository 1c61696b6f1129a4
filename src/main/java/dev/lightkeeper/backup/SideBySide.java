package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.deployment.DeploymentException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Dumping beside reading. */
final class SideBySide {
  private SideBySide() {}

  interface Dumping {
    void run() throws DeploymentException, IOException, InterruptedException;
  }

  interface Reading<T> {
    T run() throws ArchiveException, IOException;
  }

  /** What was read, once both are done; if one fails, the other has ended too. */
  static <T> T run(Dumping dumping, Reading<T> reading)
      throws DeploymentException, ArchiveException, IOException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> dumped =
          threads.submit(
              () -> {
                dumping.run();
                return true;
              });
      boolean done = false;
      try {
        T read = reading.run();
        dumped.get();
        done = true;
        return read;
      } catch (ExecutionException e) {
        throw asDeclared(e);
      } finally {
        if (!done) {
          dumped.cancel(true);
        }
      }
    }
  }

  /** Throws what dumping threw, or returns the failure to throw. */
  private static IOException asDeclared(ExecutionException e)
      throws DeploymentException, InterruptedException {
    return switch (e.getCause()) {
      case DeploymentException cause -> throw cause;
      case InterruptedException cause -> throw cause;
      case IOException cause -> cause;
      case null, default -> throw new IllegalStateException("dumping failed", e);
    };
  }
}
