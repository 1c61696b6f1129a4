package dev.lightkeeper.survival;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.stream.AlertSink;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The alerts that are open, and the kinds that ever were. */
final class RecordedAlerts implements AlertSink {
  private final Map<Alert.Key, Alert> open = new HashMap<>();
  private final Set<Alert.Kind> ever = EnumSet.noneOf(Alert.Kind.class);

  @Override
  public synchronized void raise(Alert alert) {
    open.put(alert.key(), alert);
    ever.add(alert.kind());
  }

  @Override
  public synchronized void clear(Alert.Key key) {
    open.remove(key);
  }

  synchronized Set<Alert.Kind> open() {
    return open.keySet().stream().map(Alert.Key::kind).collect(Collectors.toSet());
  }

  /** The alerts of a kind that are open. */
  synchronized List<Alert> open(Alert.Kind kind) {
    return open.values().stream().filter(a -> a.kind() == kind).toList();
  }

  synchronized Set<Alert.Kind> ever() {
    return Set.copyOf(ever);
  }
}
