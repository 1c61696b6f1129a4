package dev.lightkeeper.health;

import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alerts that are not over. Each is logged when it begins, at most hourly while it is raised
 * again, and once when it is over. Thread-safe.
 */
public final class AlertBook {
  private static final Logger LOG = LoggerFactory.getLogger(AlertBook.class);
  private static final Duration REPEAT = Duration.ofHours(1);

  private final InstantSource clock;
  private final Map<Alert.Key, Entry> entries = new HashMap<>();

  /** An empty book that takes its time from {@code clock}. */
  public AlertBook(InstantSource clock) {
    this.clock = clock;
  }

  /** Notes that {@code alert} goes on; its latest message is the one that is shown. */
  public synchronized void raise(Alert alert) {
    Instant now = clock.instant();
    Entry before = entries.get(alert.key());
    boolean log = before == null || !now.isBefore(before.logged.plus(REPEAT));
    if (log) {
      LOG.error("{}{}: {}", before == null ? "" : "still ", title(alert), alert.message());
    }
    entries.put(
        alert.key(),
        new Entry(
            alert,
            before == null ? now : before.since,
            before == null || log ? now : before.logged));
  }

  /** Notes that an alert is over; without effect if it is not open. */
  public synchronized void clear(Alert.Key key) {
    Entry over = entries.remove(key);
    if (over != null) {
      LOG.warn("recovered: {}, open since {}", title(over.alert), over.since);
    }
  }

  /** The alerts that are not over, most urgent first, then the oldest first. */
  public synchronized List<OpenAlert> open() {
    if (entries.isEmpty()) {
      return List.of();
    }
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(
        Comparator.comparing((Entry e) -> e.alert.kind()).thenComparing((Entry e) -> e.since));
    return sorted.stream().map(Entry::open).toList();
  }

  private static String title(Alert alert) {
    return alert.kind().id()
        + (alert.node() == null ? "" : " node " + alert.node())
        + (alert.remote() == null ? "" : " remote " + alert.remote());
  }

  private record Entry(Alert alert, Instant since, Instant logged) {
    OpenAlert open() {
      return new OpenAlert(alert.kind().id(), alert.node(), alert.remote(), since, alert.message());
    }
  }
}
