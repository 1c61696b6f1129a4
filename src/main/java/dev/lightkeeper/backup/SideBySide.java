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
    // A platform thread: the pollers of virtual ones keep Java's end waiting for 0.3 s.
    try (ExecutorService threads =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("backup-dumps").factory())) {
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
      case Error cause -> throw cause;
      case null, default -> throw new IllegalStateException("dumping failed", e);
    };
  }
}
