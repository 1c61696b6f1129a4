package dev.lightkeeper.backup;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the manifest says of each node: its channel backup at the moment services stood still. */
final class NodeFacts {
  private NodeFacts() {}

  static List<Map<String, Object>> of(List<Node> nodes) {
    List<Map<String, Object>> facts = new ArrayList<>();
    for (Node node : nodes) {
      Map<String, Object> fact = new LinkedHashMap<>();
      fact.put("name", node.name().toString());
      fact.put("kind", node.kind().id());
      fact.put("file", node.file().toString());
      try {
        byte[] content = Files.readAllBytes(node.file());
        fact.put("size", content.length);
        fact.put("sha256", Sha256.of(content).hex());
      } catch (IOException e) {
        fact.put("unreadable", e.toString());
      }
      facts.add(fact);
    }
    return facts;
  }
}
