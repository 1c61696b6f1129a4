package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;

/** Where alerts go. Called from one thread at a time. */
public interface AlertSink {
  /** The alert began, or its message changed. */
  void raise(Alert alert);

  /** The alert is over. */
  void clear(Alert.Key key);
}
