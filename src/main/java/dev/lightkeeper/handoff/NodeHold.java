package dev.lightkeeper.handoff;

import dev.lightkeeper.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Whether the guard of this host keeps a node from running, so that it is no failure that it does
 * not.
 *
 * @param state the state folder
 * @param nodes of the configuration
 */
public record NodeHold(Path state, List<Node> nodes) {
  public NodeHold {
    nodes = List.copyOf(nodes);
  }

  /**
   * Why the node whose files are below {@code folder} is kept from running; empty if it is not.
   *
   * @throws HandoffException of kind STATE if what is locked cannot be read
   */
  public Optional<String> of(Path folder) throws HandoffException, IOException {
    for (Node node : new StopOrders(state).among(nodes)) {
      if (node.file().startsWith(folder)) {
        return Optional.of(
            "the guard keeps it stopped: %s"
                .formatted(new StopOrders(state).why(node.name()).strip()));
      }
    }
    return LockFile.journal(state)
        .read()
        .filter(j -> LockedNodes.nodes(j).stream().anyMatch(n -> n.file().startsWith(folder)))
        .map(
            j ->
                "the guard keeps it locked since %s: it was handed over (see lightkeeper handoff)"
                    .formatted(j.since()));
  }
}
