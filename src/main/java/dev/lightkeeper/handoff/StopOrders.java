package dev.lightkeeper.handoff;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The nodes that must not run: {@code stop/<node>} in the state folder. The watcher gives these
 * orders, which may not speak to Docker; the guard, which is root, carries them out.
 */
public final class StopOrders {
  private final Path folder;

  /** Those in the state folder {@code state}. */
  public StopOrders(Path state) {
    this.folder = state.resolve("stop");
  }

  /** From now on the node must not run. */
  public void give(NodeName node, String why) throws IOException {
    Path file = folder.resolve(node.value());
    if (!Files.exists(file)) {
      Files.createDirectories(folder);
      Files.writeString(file, why + "\n");
    }
  }

  /** It may run again, as far as this goes. */
  public void withdraw(NodeName node) throws IOException {
    Files.deleteIfExists(folder.resolve(node.value()));
  }

  /** Why the node must not run, as it was told. */
  String why(NodeName node) throws IOException {
    return Files.readString(folder.resolve(node.value()));
  }

  /** Those of {@code nodes} that must not run. */
  List<Node> among(List<Node> nodes) {
    return nodes.stream().filter(n -> Files.exists(folder.resolve(n.name().value()))).toList();
  }
}
