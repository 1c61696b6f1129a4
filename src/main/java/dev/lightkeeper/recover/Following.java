package dev.lightkeeper.recover;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recoveries that were begun, followed side by side. */
public record Following(List<Recovery> recoveries, Duration pace) {
  private static final Duration USUAL = Duration.ofSeconds(3);

  public Following {
    recoveries = List.copyOf(recoveries);
  }

  /** At the usual pace. */
  public static Following of(List<Recovery> recoveries) {
    return new Following(recoveries, USUAL);
  }

  /**
   * Returns once every channel of all of them is settled on chain, or {@code wait} is over.
   *
   * @param wait null for as long as it takes
   * @throws RecoverException if a node does not answer any more
   */
  public void run(@Nullable Duration wait) throws RecoverException, InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      boolean settled = true;
      for (Recovery recovery : recoveries) {
        var _ = recovery.look();
        settled &= recovery.settled();
      }
      if (settled || (wait != null && System.nanoTime() - begun >= wait.toNanos())) {
        return;
      }
      Thread.sleep(pace);
    }
  }
}
