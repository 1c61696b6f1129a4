package dev.lightkeeper.bench;

import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** When a remote acknowledged each content as durable, by {@link System#nanoTime}. Thread-safe. */
final class Acknowledgements {
  private final Map<Sha256, Long> times = new HashMap<>();

  /** Now {@code hash} is durable; only its first time counts. */
  synchronized void add(Sha256 hash) {
    times.putIfAbsent(hash, System.nanoTime());
    notifyAll();
  }

  /**
   * Waits for all of {@code hashes}.
   *
   * @return when the last of them was acknowledged
   * @throws IOException if that takes longer than {@code limit}
   */
  synchronized long await(Collection<Sha256> hashes, Duration limit)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!times.keySet().containsAll(hashes)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        long missing = hashes.stream().filter(hash -> !times.containsKey(hash)).count();
        throw new IOException(
            "%d of %d changes were not acknowledged within %d s"
                .formatted(missing, hashes.size(), limit.toSeconds()));
      }
      wait(left);
    }
    return hashes.stream().mapToLong(times::get).max().orElseThrow();
  }
}
