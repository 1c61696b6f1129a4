package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchivedEntry;
import dev.lightkeeper.archive.EntryType;
import dev.lightkeeper.archive.EntryVisitor;
import dev.lightkeeper.handoff.ChannelDatabases;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Hashes the channel databases of {@code nodes} in an archive as it is read back. */
record ArchivedDatabases(List<Node> nodes, Map<String, Sha256> hashes) implements EntryVisitor {
  static ArchivedDatabases of(List<Node> nodes) {
    return new ArchivedDatabases(nodes, new TreeMap<>());
  }

  @Override
  public void entry(ArchivedEntry entry, InputStream content) throws IOException {
    if (entry.type() != EntryType.FILE) {
      return;
    }
    String name = entry.name().toString();
    for (Node node : nodes) {
      String path = ChannelDatabases.archived(node, name).map(Object::toString).orElse(null);
      if (path != null) {
        hashes.put(path, Sha256.of(content));
        return;
      }
    }
  }
}
