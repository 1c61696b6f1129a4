package dev.lightkeeper.cli;

import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import java.util.Optional;

/** What a status report amounts to: the exit code of {@code status}. */
final class Standing {
  private Standing() {}

  /**
   * OK if the daemon runs, no alert is open and every remote holds the newest version of every
   * node; PARTIAL if at least one remote holds the newest version of every node; FAILED otherwise.
   */
  static ExitCode of(StatusReport report) {
    boolean readable = report.nodes().stream().allMatch(Standing::known);
    if (!readable || report.remotes().stream().noneMatch(r -> holdsAll(r, report))) {
      return ExitCode.FAILED;
    }
    boolean all = report.remotes().stream().allMatch(r -> holdsAll(r, report));
    return all && report.daemon() == DaemonState.RUNNING && report.alerts().isEmpty()
        ? ExitCode.OK
        : ExitCode.PARTIAL;
  }

  /** Whether the node's newest content is known: read, or not there and never was. */
  static boolean known(NodeStatus node) {
    return switch (node.state()) {
      case "ok" -> true;
      case "absent" -> node.newest() == null;
      default -> false;
    };
  }

  private static boolean holdsAll(RemoteStatus remote, StatusReport report) {
    return report.nodes().stream().allMatch(n -> holds(remote, n));
  }

  private static boolean holds(RemoteStatus remote, NodeStatus node) {
    boolean neverThere = node.state().equals("absent") && node.newest() == null;
    return neverThere || holding(remote, node).map(HoldingStatus::upToDate).orElse(false);
  }

  /** What {@code remote} holds of {@code node}, if that was ever reported. */
  static Optional<HoldingStatus> holding(RemoteStatus remote, NodeStatus node) {
    return remote.nodes().stream().filter(h -> h.node().equals(node.name())).findFirst();
  }
}
