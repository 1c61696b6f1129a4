package dev.lightkeeper.cli;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.stream.StreamReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notices which remotes have lacked the newest version of a node for too long. */
final class BehindSince {
  private static final Duration AFTER_START = Duration.ofMinutes(2);

  private final Duration tooLong;
  private final Map<List<String>, Instant> seen = new HashMap<>();

  BehindSince(Duration tooLong) {
    this.tooLong = tooLong;
  }

  /** The alerts that {@code report} gives cause for at {@code now}. */
  List<Alert> look(StreamReport report, Instant now) {
    List<Alert> alerts = new ArrayList<>();
    for (NodeStatus node : report.nodes()) {
      for (RemoteStatus remote : report.remotes()) {
        List<String> key = List.of(node.name(), remote.name());
        if (node.newest() == null || holds(remote, node)) {
          seen.remove(key);
          continue;
        }
        Instant first = seen.computeIfAbsent(key, _ -> now);
        Instant observed = node.newest().observedAt();
        // A daemon that keeps being restarted must not keep this from being told.
        Instant since = observed.isBefore(first) ? observed : first;
        Duration here = tooLong.compareTo(AFTER_START) < 0 ? tooLong : AFTER_START;
        if (!now.isBefore(since.plus(tooLong)) && !now.isBefore(first.plus(here))) {
          alerts.add(alert(node, remote, since));
        }
      }
    }
    return alerts;
  }

  private static boolean holds(RemoteStatus remote, NodeStatus node) {
    Optional<HoldingStatus> holding =
        remote.nodes().stream().filter(h -> h.node().equals(node.name())).findFirst();
    return holding.map(HoldingStatus::upToDate).orElse(false);
  }

  private static Alert alert(NodeStatus node, RemoteStatus remote, Instant since) {
    String error = remote.lastError();
    return new Alert(
        Alert.Kind.REMOTE_BEHIND,
        node.name(),
        remote.name(),
        "%s lacks the newest channel backup of %s since %s%s; see `lightkeeper status` and `lightkeeper check`"
            .formatted(
                remote.name(), node.name(), Words.time(since), error == null ? "" : ": " + error));
  }
}
