package dev.lightkeeper.handoff;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.node.Node;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the containers of nodes that {@link StopOrders} name, whatever started them.
 *
 * @param nodes of the configuration
 */
public record NodeStop(Path state, List<Node> nodes, Guard.Engines engines) {
  private static final Logger LOG = LoggerFactory.getLogger(NodeStop.class);
  private static final Duration TO_STOP = Duration.ofSeconds(30); // it may have much to write

  public NodeStop {
    nodes = List.copyOf(nodes);
  }

  /** One round; returns what could not be done: one sentence each. */
  public List<String> round() {
    List<Node> ordered = new StopOrders(state).among(nodes);
    List<String> problems = new ArrayList<>();
    if (ordered.isEmpty()) {
      return problems;
    }
    try (Engine engine = engines.open()) {
      for (Node node : ordered) {
        stop(engine, node);
      }
    } catch (DeploymentException e) {
      problems.add("a node that runs twice cannot be stopped: " + e.what());
    }
    return problems;
  }

  private static void stop(Engine engine, Node node) throws DeploymentException {
    for (HostContainer container :
        new NodeContainers(engine, List.of(ChannelDatabases.folder(node))).find()) {
      if (container.state().canWrite() || container.state() == HostContainer.State.PAUSED) {
        engine.stop(container.id(), TO_STOP);
        LOG.error(
            "stopped container {}: {} runs on another host as well; guard = \"alert\" in its"
                + " section of the configuration lets it run here",
            container.name(),
            node.name());
      }
    }
  }
}
