package dev.lightkeeper.stream;

import java.time.Instant;

/** Both clocks that streaming needs: one that never jumps, and one that people read. */
public interface StreamClock {
  /** Milliseconds since some moment; never goes back. All waiting is measured with it. */
  long millis();

  /** The time of day, UTC. May jump; only written down, never waited on. */
  Instant wall();

  /** The host's clocks. */
  static StreamClock system() {
    long start = System.nanoTime();
    return new StreamClock() {
      @Override
      public long millis() {
        return (System.nanoTime() - start) / 1_000_000;
      }

      @Override
      public Instant wall() {
        return Instant.now();
      }
    };
  }
}
