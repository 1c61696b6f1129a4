package dev.lightkeeper.health;

import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What keeps a status report from saying that all is well: one short line each. */
public final class Troubles {
  private Troubles() {}

  /**
   * None if the daemon runs, no alert is open, and every remote holds the newest version of every
   * node; the most urgent first. What an open alert is about is said once.
   */
  public static List<String> of(StatusReport report) {
    List<String> troubles = new ArrayList<>();
    if (report.daemon() != DaemonState.RUNNING) {
      troubles.add("the daemon does not run");
    }
    for (OpenAlert alert : report.alerts()) {
      String of = of(", node ", alert.node()) + of(", remote ", alert.remote());
      troubles.add(alert.kind().replace('-', ' ') + of);
    }
    for (NodeStatus node : report.nodes()) {
      if (!known(node) && report.alerts().stream().noneMatch(a -> node.name().equals(a.node()))) {
        troubles.add("node %s is %s".formatted(node.name(), node.state()));
      }
    }
    if (report.remotes().isEmpty()) {
      troubles.add("there is no remote");
    }
    for (RemoteStatus remote : report.remotes()) {
      for (NodeStatus node : report.nodes()) {
        if (!holds(remote, node)
            && report.alerts().stream().noneMatch(a -> remote.name().equals(a.remote()))) {
          troubles.add(
              "remote %s does not hold the newest version of %s"
                  .formatted(remote.name(), node.name()));
        }
      }
    }
    return troubles;
  }

  /** Whether the node's newest content is known: read, or not there and never was. */
  public static boolean known(NodeStatus node) {
    return switch (node.state()) {
      case "ok" -> true;
      case "absent" -> node.newest() == null;
      default -> false;
    };
  }

  /** Whether {@code remote} holds the newest version of {@code node}, if there is one. */
  public static boolean holds(RemoteStatus remote, NodeStatus node) {
    boolean neverThere = node.state().equals("absent") && node.newest() == null;
    return neverThere
        || remote.nodes().stream()
            .filter(h -> h.node().equals(node.name()))
            .anyMatch(HoldingStatus::upToDate);
  }

  private static String of(String what, @Nullable String name) {
    return name == null ? "" : what + name;
  }
}
