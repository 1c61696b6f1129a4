package dev.lightkeeper.handoff;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import java.util.List;
import java.util.Map;

/** What one remote said when it was asked. */
public sealed interface Sighting {
  /** The remote's name. */
  String remote();

  /** It did not answer. */
  record Unreached(String remote, String why) implements Sighting {}

  /** It answered. */
  record Seen(String remote, Map<NodeName, NodeSeen> nodes) implements Sighting {
    public Seen {
      nodes = Map.copyOf(nodes);
    }
  }

  /**
   * What it holds of one node.
   *
   * @param versions oldest first
   */
  record NodeSeen(List<HandoffEvent> events, List<Version> versions, List<Writer> writers) {
    public NodeSeen {
      events = List.copyOf(events);
      versions = List.copyOf(versions);
      writers = List.copyOf(writers);
    }
  }
}
