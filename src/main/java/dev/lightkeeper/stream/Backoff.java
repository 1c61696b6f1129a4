package dev.lightkeeper.stream;

import java.util.random.RandomGenerator;

/** Waits that double up to a limit, each ±25 % so that many clients do not return together. */
final class Backoff {
  private final long first;
  private final long most;
  private final RandomGenerator random;
  private int failures;

  Backoff(long first, long most, RandomGenerator random) {
    this.first = first;
    this.most = most;
    this.random = random;
  }

  /** The next wait in milliseconds. */
  long next() {
    long base = Math.min(most, first << Math.min(failures, 20));
    failures++;
    return base - base / 4 + random.nextLong(Math.max(1, base / 2));
  }

  /** Something worked: the next failure waits the shortest time again. */
  void reset() {
    failures = 0;
  }

  /** Failures since something worked. */
  int failures() {
    return failures;
  }
}
