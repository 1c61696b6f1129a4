package dev.lightkeeper.cli;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Hands memory back when the daemon has nothing to do: what its start left behind would otherwise
 * stay until the heap is full, which for a daemon at rest is never.
 */
final class SpareMemory {
  private static final long FIRST = Duration.ofSeconds(10).toNanos();
  private static final long AGAIN = Duration.ofHours(1).toNanos();

  private long due = System.nanoTime() + FIRST;

  /**
   * Called every few seconds; collects at most once an hour, and only while nothing is under way.
   *
   * @param idle asked only where it matters
   */
  void whileIdle(BooleanSupplier idle) {
    long now = System.nanoTime();
    if (now - due >= 0 && idle.getAsBoolean()) {
      due = now + AGAIN;
      System.gc();
    }
  }
}
