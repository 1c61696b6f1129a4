package dev.lightkeeper.page;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import dev.lightkeeper.page.Overview.HandoffNews;
import dev.lightkeeper.stream.StreamHistory;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What Prometheus is told: made of one look, at the moment it asks, so that metrics cost nothing
 * while nobody does. Labels are names from the configuration, and kinds that are known beforehand.
 */
final class Metrics {
  /** The classic text format. */
  static final String TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private static final String NODE = "node";
  private static final String REMOTE = "remote";

  private final MetricFamilies families = new MetricFamilies();

  private Metrics() {}

  static byte[] of(Overview overview) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(8 << 10);
    try {
      PrometheusTextFormatWriter.create()
          .write(out, snapshots(overview), EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static MetricSnapshots snapshots(Overview overview) {
    Metrics metrics = new Metrics();
    StatusReport status = overview.status();
    metrics.daemon(status, overview.spoolLimit());
    status.nodes().forEach(n -> metrics.node(n, overview.history()));
    status.remotes().forEach(r -> metrics.remote(r, overview.history()));
    metrics.alerts(status);
    metrics.rest(overview);
    return metrics.families.snapshots();
  }

  private void daemon(StatusReport status, long spoolLimit) {
    families.info(
        "lightkeeper_build",
        "The program and the Java it runs on.",
        "version",
        status.version(),
        "java",
        String.valueOf(System.getProperty("java.version")));
    families.gauge(
        "process_start_time_seconds", "When the daemon was started.", at(status.startedAt()));
    families.gauge(
        "lightkeeper_spool_bytes",
        "What waits in the spool because some remote does not have it yet.",
        status.spoolBytes());
    families.gauge("lightkeeper_spool_limit_bytes", "What the spool may hold.", spoolLimit);
  }

  private void node(NodeStatus node, StreamHistory history) {
    families.gauge(
        "lightkeeper_node_readable",
        "1 if the node's channel backup was read at the last look, 0 if not.",
        node.state().equals("ok") ? 1 : 0,
        NODE,
        node.name());
    families.counter(
        "lightkeeper_changes",
        "Changes of the node's channel backup seen since the daemon was started.",
        history.changes().getOrDefault(node.name(), 0L),
        NODE,
        node.name());
    if (node.channels() != null) {
      families.gauge(
          "lightkeeper_node_channels",
          "Channels in the node's channel backup.",
          node.channels(),
          NODE,
          node.name());
    }
    VersionStatus newest = node.newest();
    if (newest != null) {
      families.gauge(
          "lightkeeper_newest_version_timestamp_seconds",
          "When the newest version of the node's channel backup was seen on this host.",
          at(newest.observedAt()),
          NODE,
          node.name());
      families.gauge(
          "lightkeeper_newest_version_sequence",
          "The number of the newest version.",
          newest.sequence(),
          NODE,
          node.name());
      families.gauge(
          "lightkeeper_newest_version_size_bytes",
          "The size of the newest version.",
          newest.size(),
          NODE,
          node.name());
    }
  }

  private void remote(RemoteStatus remote, StreamHistory history) {
    families.gauge(
        "lightkeeper_remote_connected",
        "1 while the daemon is connected to the remote, 0 while it is not.",
        remote.connected() ? 1 : 0,
        REMOTE,
        remote.name());
    families.counter(
        "lightkeeper_remote_reconnects",
        "Connections to the remote after the first.",
        remote.reconnects(),
        REMOTE,
        remote.name());
    StreamHistory.@Nullable Latencies latencies = history.latencies().get(remote.name());
    if (latencies != null) {
      families.histogram(
          "lightkeeper_publish_duration_seconds",
          "From seeing a change to having it durable on the remote.",
          latencies,
          REMOTE,
          remote.name());
    }
    remote.nodes().forEach(h -> holding(remote.name(), h));
  }

  private void holding(String remote, HoldingStatus holding) {
    String[] labels = {NODE, holding.node(), REMOTE, remote};
    families.gauge(
        "lightkeeper_up_to_date",
        "1 if the remote holds the node's newest version, 0 if not.",
        holding.upToDate() ? 1 : 0,
        labels);
    families.gauge(
        "lightkeeper_versions_behind",
        "Versions of the node that are not durable on the remote yet.",
        holding.behind(),
        labels);
    families.gauge(
        "lightkeeper_versions_in_flight",
        "Versions of the node on their way to the remote.",
        holding.inFlight(),
        labels);
    families.counter(
        "lightkeeper_versions_superseded",
        "Versions that were not sent because newer ones overtook them.",
        holding.superseded(),
        labels);
    VersionStatus durable = holding.durable();
    if (durable != null) {
      families.gauge(
          "lightkeeper_durable_version_timestamp_seconds",
          "When the newest version that is durable on the remote was seen on this host.",
          at(durable.observedAt()),
          labels);
      families.gauge(
          "lightkeeper_durable_version_sequence",
          "The number of the newest version that is durable on the remote.",
          durable.sequence(),
          labels);
      families.gauge(
          "lightkeeper_durable_version_verified",
          "1 if that version was read back from the remote and is as it was sent, 0 if not yet.",
          holding.verified() ? 1 : 0,
          labels);
    }
    if (holding.lagMillis() != null) {
      families.gauge(
          "lightkeeper_durable_version_lag_seconds",
          "From seeing that version to having it durable on the remote.",
          holding.lagMillis() / 1000.0,
          labels);
    }
  }

  private void alerts(StatusReport status) {
    for (Alert.Kind kind : Alert.Kind.values()) {
      long open = status.alerts().stream().map(OpenAlert::kind).filter(kind.id()::equals).count();
      families.gauge(
          "lightkeeper_alerts_open",
          "Open alerts of a kind.",
          open,
          "kind",
          kind.id(),
          "urgency",
          word(kind.urgency()));
    }
  }

  private void rest(Overview overview) {
    LastBackup last = overview.backup() == null ? null : overview.backup().last();
    if (last != null) {
      backup(last);
    }
    DrillReport drill = overview.drill();
    if (drill != null) {
      families.gauge(
          "lightkeeper_drill_last_timestamp_seconds", "When the last drill began.", at(drill.at()));
      for (DrillReport.Result result : DrillReport.Result.values()) {
        families.gauge(
            "lightkeeper_drill_last_result",
            "1 for how the last drill ended: ok, partial (the archive can be restored, something"
                + " beside it is missing), failed.",
            result == drill.result() ? 1 : 0,
            "result",
            word(result));
      }
    }
    HandoffNews handoff = overview.handoff();
    if (handoff != null) {
      for (HandoffNews.State state : HandoffNews.State.values()) {
        families.gauge(
            "lightkeeper_handoff_state",
            "1 for the state that holds: none, locked (a node is offered to another host), void (it"
                + " was, and ran here again).",
            state == handoff.state() ? 1 : 0,
            "state",
            word(state));
      }
      families.gauge(
          "lightkeeper_guard_last_report_timestamp_seconds",
          "When the guard of nodes that were handed off last reported.",
          at(handoff.at()));
    }
  }

  private void backup(LastBackup last) {
    families.gauge(
        "lightkeeper_backup_last_timestamp_seconds",
        "When the last backup ended.",
        at(last.finishedAt()));
    for (LastBackup.Result result : LastBackup.Result.values()) {
      families.gauge(
          "lightkeeper_backup_last_result",
          "1 for how the last backup ended: complete, partial (made, but not on every remote),"
              + " failed, interrupted.",
          result == last.result() ? 1 : 0,
          "result",
          word(result));
    }
    families.gauge(
        "lightkeeper_backup_last_duration_seconds",
        "How long the last backup took.",
        last.durationMillis() / 1000.0);
    if (last.bytes() != null) {
      families.gauge(
          "lightkeeper_backup_last_size_bytes", "The size of its archive.", last.bytes());
    }
    if (last.servicesDownMillis() != null) {
      families.gauge(
          "lightkeeper_backup_last_downtime_seconds",
          "How long services were down for it.",
          last.servicesDownMillis() / 1000.0);
    }
    if (last.newestArchiveAt() != null) {
      families.gauge(
          "lightkeeper_backup_newest_archive_timestamp_seconds",
          "When the newest archive was begun, whatever became of later backups.",
          at(last.newestArchiveAt()));
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static double at(Instant instant) {
    return instant.toEpochMilli() / 1000.0;
  }
}
