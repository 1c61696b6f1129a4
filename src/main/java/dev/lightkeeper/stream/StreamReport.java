package dev.lightkeeper.stream;

import dev.lightkeeper.health.StatusReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The part of the status report that streaming knows. */
public record StreamReport(
    List<StatusReport.NodeStatus> nodes, List<StatusReport.RemoteStatus> remotes, long spoolBytes) {
  public StreamReport {
    nodes = List.copyOf(nodes);
    remotes = List.copyOf(remotes);
  }

  static StreamReport of(StreamCore core) {
    List<StatusReport.NodeStatus> nodes = new ArrayList<>();
    long spool = 0;
    for (NodeState n : core.nodes().all()) {
      spool += n.contents.storedBytes();
      nodes.add(
          new StatusReport.NodeStatus(
              n.node.name().value(),
              n.node.kind().id(),
              n.node.file().toString(),
              n.state,
              n.reason,
              n.channels,
              version(n.newest)));
    }
    List<StatusReport.RemoteStatus> remotes = new ArrayList<>();
    for (Link link : core.links().all()) {
      remotes.add(remote(core, link));
    }
    return new StreamReport(nodes, remotes, spool);
  }

  private static StatusReport.RemoteStatus remote(StreamCore core, Link link) {
    List<StatusReport.HoldingStatus> holdings =
        link.holdings.values().stream().map(h -> holding(h, core.nodes().node(h.node))).toList();
    return new StatusReport.RemoteStatus(
        link.remote,
        link.location,
        link.state == Link.State.UP,
        link.features == null ? null : link.features.server(),
        link.features == null ? List.of() : link.features.notes(),
        link.lastError,
        link.lastErrorAt,
        Math.max(0, link.connects - 1),
        holdings);
  }

  private static StatusReport.HoldingStatus holding(Holding h, NodeState node) {
    boolean upToDate = node.newest == null || h.holds(node.newest.version());
    return new StatusReport.HoldingStatus(
        h.node.value(),
        version(h.durable),
        h.verified,
        upToDate,
        h.durableAt,
        h.lagMillis,
        h.pending.size() + h.inFlight.size(),
        h.inFlight.size(),
        h.superseded);
  }

  private static StatusReport.@Nullable VersionStatus version(@Nullable Kept kept) {
    return kept == null
        ? null
        : new StatusReport.VersionStatus(
            kept.version().sequence(),
            kept.version().observedAt(),
            kept.size(),
            kept.version().hash().hex());
  }
}
