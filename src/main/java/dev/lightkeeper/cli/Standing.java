package dev.lightkeeper.cli;

import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.Troubles;
import java.util.Optional;

/** What a status report amounts to: the exit code of {@code status}. */
final class Standing {
  private Standing() {}

  /**
   * OK if the daemon runs, no alert is open and every remote holds the newest version of every
   * node; PARTIAL if at least one remote holds the newest version of every node; FAILED otherwise.
   */
  static ExitCode of(StatusReport report) {
    boolean readable = report.nodes().stream().allMatch(Troubles::known);
    if (!readable || report.remotes().stream().noneMatch(r -> holdsAll(r, report))) {
      return ExitCode.FAILED;
    }
    return Troubles.of(report).isEmpty() ? ExitCode.OK : ExitCode.PARTIAL;
  }

  private static boolean holdsAll(RemoteStatus remote, StatusReport report) {
    return report.nodes().stream().allMatch(n -> Troubles.holds(remote, n));
  }

  /** What {@code remote} holds of {@code node}, if that was ever reported. */
  static Optional<HoldingStatus> holding(RemoteStatus remote, NodeStatus node) {
    return remote.nodes().stream().filter(h -> h.node().equals(node.name())).findFirst();
  }
}
