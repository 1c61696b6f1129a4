package dev.lightkeeper.stream;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.stream.StreamHistory.Latencies;
import dev.lightkeeper.stream.StreamHistory.Minute;
import dev.lightkeeper.stream.StreamHistory.Published;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Keeps {@link StreamHistory}: its size does not grow with what is streamed. */
final class HistoryKeeper {
  private static final Duration KEPT = Duration.ofHours(1);

  private final TreeMap<Instant, Tally> minutes = new TreeMap<>();
  private final Map<String, Long> changes = new TreeMap<>();
  private final Map<String, Latencies> latencies = new TreeMap<>();
  private final Map<Place, Long> counted = new HashMap<>();

  private record Place(String remote, NodeName node) {}

  /** A minute that goes on. */
  private static final class Tally {
    private final Map<String, Long> changes = new TreeMap<>();
    private final Map<String, Published> published = new TreeMap<>();
  }

  void node(NodeName node) {
    changes.put(node.value(), 0L);
  }

  void remote(String remote) {
    latencies.put(remote, Latencies.NONE);
  }

  /** A new version of {@code node} was observed. */
  void observed(NodeName node, Instant now) {
    changes.merge(node.value(), 1L, Long::sum);
    minute(now).changes.merge(node.value(), 1L, Long::sum);
  }

  /**
   * A version became the newest durable one. What a remote lost and was given again is not counted:
   * its latency would be the version's age.
   */
  void published(String remote, NodeName node, Version version, long millis, Instant now) {
    Place place = new Place(remote, node);
    if (counted.getOrDefault(place, 0L) >= version.sequence()) {
      return;
    }
    counted.put(place, version.sequence());
    latencies.merge(remote, Latencies.NONE.and(millis), (before, _) -> before.and(millis));
    Map<String, Published> published = minute(now).published;
    published.put(remote, published.getOrDefault(remote, new Published(0, 0)).and(millis));
  }

  private Tally minute(Instant now) {
    Instant minute = now.truncatedTo(ChronoUnit.MINUTES);
    minutes.headMap(minute.minus(KEPT), true).clear();
    // A clock that was set back leaves nothing in the future.
    minutes.tailMap(minute, false).clear();
    return minutes.computeIfAbsent(minute, _ -> new Tally());
  }

  StreamHistory history() {
    return new StreamHistory(
        minutes.entrySet().stream()
            .map(e -> new Minute(e.getKey(), e.getValue().changes, e.getValue().published))
            .toList(),
        changes,
        latencies);
  }
}
