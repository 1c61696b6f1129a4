package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.handoff.SplitBrain;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nodes that a configuration names. */
final class Nodes {
  private Nodes() {}

  static List<Node> of(Config config) {
    return config.nodes().stream()
        .map(n -> new Node(new NodeName(n.name()), kind(n.kind()), n.file()))
        .toList();
  }

  /** What is to be done about each that runs elsewhere as well. */
  static Map<NodeName, SplitBrain.Wish> wishes(Config config) {
    Map<NodeName, SplitBrain.Wish> wishes = new HashMap<>();
    for (Config.NodeSection node : config.nodes()) {
      String guard = node.guard();
      wishes.put(
          new NodeName(node.name()),
          guard == null
              ? SplitBrain.Wish.DEFAULT
              : guard.equals("stop") ? SplitBrain.Wish.STOP : SplitBrain.Wish.ALERT);
    }
    return wishes;
  }

  /** The kind that the configuration writes as {@code id}. */
  static NodeKind kind(String id) {
    return Arrays.stream(NodeKind.values())
        .filter(k -> k.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the configuration let through: " + id));
  }
}
