package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.NodeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The actions decided on while one event is handled, and which alerts are up. */
final class Outbox {
  private final Map<Alert.Key, String> raised = new HashMap<>();
  private List<Action> actions = new ArrayList<>();

  void add(Action action) {
    actions.add(action);
  }

  /** Hands over what was decided, in order. */
  List<Action> drain() {
    List<Action> drained = actions;
    actions = new ArrayList<>();
    return drained;
  }

  void raise(Alert.Kind kind, @Nullable NodeName node, @Nullable String remote, String message) {
    Alert alert = new Alert(kind, node == null ? null : node.value(), remote, message);
    if (!message.equals(raised.put(alert.key(), message))) {
      add(new Action.Raise(alert));
    }
  }

  void clear(Alert.Kind kind, @Nullable NodeName node, @Nullable String remote) {
    Alert.Key key = new Alert(kind, node == null ? null : node.value(), remote, "").key();
    if (raised.remove(key) != null) {
      add(new Action.Clear(key));
    }
  }
}
