package dev.lightkeeper.backup;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Resume;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Services on their way up while the archive is written. */
final class Resuming {
  private final long began;
  private final CompletableFuture<Long> up = new CompletableFuture<>();

  private Resuming(long began) {
    this.began = began;
  }

  /**
   * Begins to bring them back; returns at once.
   *
   * @param limit how long it is tried
   * @param began when they began to go down, of {@link System#nanoTime}
   */
  static Resuming start(Resume resume, Duration limit, long began) {
    Resuming resuming = new Resuming(began);
    Thread.ofPlatform().name("backup-resume").start(() -> resuming.run(resume, limit));
    return resuming;
  }

  private void run(Resume resume, Duration limit) {
    try {
      resume.run(limit);
      up.complete(System.nanoTime());
    } catch (DeploymentException | RuntimeException | Error e) {
      up.completeExceptionally(e);
    }
  }

  /**
   * Waits until they are up, or cannot be brought up.
   *
   * @return for how long they were down
   * @throws DeploymentException of kind RESUME if something is not up
   */
  Duration down() throws DeploymentException {
    try {
      return Duration.ofNanos(up.join() - began);
    } catch (CompletionException e) {
      if (e.getCause() instanceof DeploymentException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
