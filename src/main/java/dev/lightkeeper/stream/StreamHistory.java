package dev.lightkeeper.stream;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What was streamed since this process began: the last hour by the minute, and how long publishing
 * took.
 *
 * @param minutes those of the last hour in which something happened, oldest first
 * @param changes how many versions of each node were observed
 * @param latencies how long publishing to each remote took
 */
public record StreamHistory(
    List<Minute> minutes, Map<String, Long> changes, Map<String, Latencies> latencies) {
  public StreamHistory {
    minutes = List.copyOf(minutes);
    changes = Map.copyOf(changes);
    latencies = Map.copyOf(latencies);
  }

  /**
   * One minute.
   *
   * @param at its beginning
   * @param changes versions observed of each node
   * @param published by remote
   */
  public record Minute(Instant at, Map<String, Long> changes, Map<String, Published> published) {
    public Minute {
      changes = Map.copyOf(changes);
      published = Map.copyOf(published);
    }
  }

  /**
   * What became the newest durable version of a node on one remote, within one minute.
   *
   * @param count how many
   * @param slowestMillis the longest from observed to durable
   */
  public record Published(long count, long slowestMillis) {
    Published and(long millis) {
      return new Published(count + 1, Math.max(slowestMillis, millis));
    }
  }

  /**
   * Publish latencies, from observed to durable.
   *
   * @param upTo how many took at most {@link #BOUNDS_MILLIS} of the same place, and longer than the
   *     bound before; the last one is for all that took longer still
   * @param sumMillis of all
   */
  public record Latencies(List<Long> upTo, long sumMillis) {
    /** From a change on the same machine to a remote that was away for hours. */
    public static final List<Long> BOUNDS_MILLIS =
        List.of(
            5L,
            10L,
            25L,
            50L,
            100L,
            250L,
            500L,
            1_000L,
            2_500L,
            5_000L,
            10_000L,
            30_000L,
            60_000L,
            300_000L,
            1_800_000L,
            7_200_000L);

    static final Latencies NONE = new Latencies(Arrays.asList(zeros(BOUNDS_MILLIS.size() + 1)), 0);

    /**
     * @throws IllegalArgumentException if there is not one count for each bound and one more
     */
    public Latencies {
      if (upTo.size() != BOUNDS_MILLIS.size() + 1) {
        throw new IllegalArgumentException("%d counts".formatted(upTo.size()));
      }
      upTo = List.copyOf(upTo);
    }

    Latencies and(long millis) {
      Long[] counts = upTo.toArray(Long[]::new);
      int bucket = 0;
      while (bucket < BOUNDS_MILLIS.size() && millis > BOUNDS_MILLIS.get(bucket)) {
        bucket++;
      }
      counts[bucket]++;
      return new Latencies(Arrays.asList(counts), sumMillis + millis);
    }

    private static Long[] zeros(int n) {
      Long[] zeros = new Long[n];
      Arrays.fill(zeros, 0L);
      return zeros;
    }
  }
}
