package dev.lightkeeper.remote;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Holds those who move bytes back to a rate they share. A quarter of a second's bytes may go at
 * once; over any longer time the rate holds. Thread-safe.
 */
public final class RateLimit {
  private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final long bytesPerSecond;
  private final Clock clock;
  private long freeAt;

  /** Time that passes, and waiting for it. */
  public interface Clock {
    /** As {@link System#nanoTime}. */
    long nanos();

    /** Returns when that much time has passed. */
    void sleep(Duration time) throws InterruptedException;
  }

  private static final Clock SYSTEM =
      new Clock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
          Thread.sleep(time);
        }
      };

  /**
   * @param bytesPerSecond from 1 up; {@link Long#MAX_VALUE} is no limit
   */
  public RateLimit(long bytesPerSecond, Clock clock) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("not a rate: " + bytesPerSecond);
    }
    this.bytesPerSecond = bytesPerSecond;
    this.clock = clock;
    this.freeAt = clock.nanos() - BURST_NANOS;
  }

  /** A limit in real time. */
  public static RateLimit of(long bytesPerSecond) {
    return new RateLimit(bytesPerSecond, SYSTEM);
  }

  /** No limit. */
  public static RateLimit none() {
    return of(Long.MAX_VALUE);
  }

  /** Waits until {@code bytes} more may be moved. */
  public void acquire(int bytes) throws InterruptedException {
    if (bytesPerSecond == Long.MAX_VALUE) {
      return;
    }
    long wait;
    synchronized (this) {
      long now = clock.nanos();
      freeAt = Math.max(freeAt, now - BURST_NANOS);
      freeAt += (long) (bytes * 1e9 / bytesPerSecond);
      wait = freeAt - now;
    }
    if (wait > 0) {
      clock.sleep(Duration.ofNanos(wait));
    }
  }

  /** How much is best moved at once under this limit, at most {@code bytes}: an eighth second's. */
  public int portion(int bytes) {
    return Math.clamp(bytesPerSecond / 8, Math.min(4096, bytes), bytes);
  }
}
