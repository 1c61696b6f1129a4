package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import java.util.Arrays;
import java.util.List;

/** The nodes that a configuration names. */
final class Nodes {
  private Nodes() {}

  static List<Node> of(Config config) {
    return config.nodes().stream()
        .map(n -> new Node(new NodeName(n.name()), kind(n.kind()), n.file()))
        .toList();
  }

  /** The kind that the configuration writes as {@code id}. */
  static NodeKind kind(String id) {
    return Arrays.stream(NodeKind.values())
        .filter(k -> k.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the configuration let through: " + id));
  }
}
