package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.LockJournal.LockedNode;
import dev.lightkeeper.handoff.LockJournal.Stamp;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks whether the files of locked nodes are as they were. */
final class LockedNodes {
  private LockedNodes() {}

  static Node node(LockedNode locked) {
    NodeKind kind =
        Arrays.stream(NodeKind.values())
            .filter(k -> k.id().equals(locked.kind()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("kind " + locked.kind()));
    return new Node(new NodeName(locked.name()), kind, Path.of(locked.file()));
  }

  static List<Node> nodes(LockJournal journal) {
    return journal.nodes().stream().map(LockedNodes::node).toList();
  }

  /** What shows that a node ran since; empty if nothing does. */
  static Optional<String> changed(LockJournal journal) throws IOException {
    for (LockedNode locked : journal.nodes()) {
      for (Map.Entry<String, Stamp> database : locked.databases().entrySet()) {
        if (!holds(database.getValue(), Path.of(database.getKey()))) {
          return Optional.of("%s of %s changed".formatted(database.getKey(), locked.name()));
        }
      }
      for (Path file : ChannelDatabases.of(node(locked))) {
        if (!locked.databases().containsKey(file.toString())) {
          return Optional.of("%s of %s appeared".formatted(file, locked.name()));
        }
      }
      Stamp backup = locked.backup();
      Path file = Path.of(locked.file());
      if (backup == null ? Files.exists(file) : !holds(backup, file)) {
        return Optional.of("the channel backup of %s changed".formatted(locked.name()));
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Stamp stamp, Path file) throws IOException {
    return new FileHash(stamp.size(), stamp.modified(), new Sha256(stamp.sha256())).holds(file);
  }
}
