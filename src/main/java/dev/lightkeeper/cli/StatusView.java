package dev.lightkeeper.cli;

import dev.lightkeeper.cli.Table.Cell;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import dev.lightkeeper.health.Troubles;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A status report for people. */
final class StatusView {
  private static final String NONE = "-";
  private static final String NOT_OPENED = "not opened";

  private final StatusReport report;
  private final LastRuns last;
  private final Instant now;

  StatusView(StatusReport report, LastRuns last, Instant now) {
    this.report = report;
    this.last = last;
    this.now = now;
  }

  /** Prints it, tables no wider than {@code width}. */
  void print(PrintWriter out, int width) {
    out.println(daemon());
    for (OpenAlert alert : report.alerts()) {
      out.println(Style.BAD.paint("! " + title(alert)) + ": " + alert.message());
    }
    out.println();
    nodes().print(out, width);
    out.println();
    holdings().print(out, width);
    out.println();
    report.remotes().forEach(r -> remote(r, out));
    if (last.backup() != null) {
      out.println("Last backup: " + backup(last.backup().last()));
    }
    if (last.drill() != null) {
      out.println("Last drill: " + drill(last.drill()));
    }
    out.flush();
  }

  private String daemon() {
    return switch (report.daemon()) {
      case RUNNING ->
          "lightkeeper %s, running for %s (process %d), reported %s ago; spool %s"
              .formatted(
                  report.version(),
                  since(report.startedAt()),
                  report.pid(),
                  since(report.at()),
                  Words.size(report.spoolBytes()));
      case STOPPING -> "lightkeeper " + report.version() + " is stopping";
      case DOWN ->
          Style.BAD.paint("The daemon is down: nothing is streamed.")
              + " Start it: systemctl start lightkeeper";
    };
  }

  private Table nodes() {
    Table table = new Table("NODE", "KIND", "STATE", "CHANNELS", "SIZE", "LAST CHANGE", "FILE");
    for (NodeStatus node : report.nodes()) {
      VersionStatus newest = node.newest();
      String state = node.reason() == null ? node.state() : node.state() + ": " + node.reason();
      boolean good = Troubles.known(node) && node.reason() == null;
      table.add(
          Cell.of(node.name()),
          Cell.of(node.kind()),
          new Cell(state, good ? Style.GOOD : Style.BAD),
          Cell.of(node.channels() == null ? NOT_OPENED : node.channels().toString()),
          Cell.of(newest == null ? NONE : Words.size(newest.size())),
          Cell.of(newest == null ? NONE : since(newest.observedAt()) + " ago"),
          Cell.of(node.file()));
    }
    return table;
  }

  private Table holdings() {
    Table table =
        new Table(
            "REMOTE",
            "NODE",
            "DURABLE",
            "AGE",
            "LAG",
            "BEHIND",
            "IN FLIGHT",
            "SUPERSEDED",
            "STATE");
    for (RemoteStatus remote : report.remotes()) {
      for (NodeStatus node : report.nodes()) {
        HoldingStatus h = Standing.holding(remote, node).orElse(null);
        VersionStatus durable = h == null ? null : h.durable();
        table.add(
            Cell.of(remote.name()),
            Cell.of(node.name()),
            Cell.of(durable == null ? NONE : "#" + durable.sequence()),
            Cell.of(durable == null ? NONE : since(durable.observedAt())),
            Cell.of(h == null || h.lagMillis() == null ? NONE : Words.lag(h.lagMillis())),
            Cell.of(h == null ? NONE : Integer.toString(h.behind())),
            Cell.of(h == null ? NONE : Integer.toString(h.inFlight())),
            Cell.of(h == null ? NONE : Long.toString(h.superseded())),
            state(h));
      }
    }
    return table;
  }

  private Cell state(@Nullable HoldingStatus h) {
    if (h == null || !h.upToDate()) {
      boolean down = report.daemon() == DaemonState.DOWN;
      return new Cell(h != null && down ? "not streamed" : "behind", Style.BAD);
    }
    return new Cell(h.verified() ? "up to date, read back" : "up to date", Style.GOOD);
  }

  private void remote(RemoteStatus remote, PrintWriter out) {
    String connection = remote.connected() ? Style.GOOD.paint("connected") : "not connected";
    out.println(
        "%s: %s, %s%s"
            .formatted(
                remote.name(),
                remote.location(),
                connection,
                remote.server() == null ? "" : ", " + remote.server()));
    remote.features().forEach(f -> out.println("  " + f));
    String error = remote.lastError();
    if (error != null) {
      Instant at = remote.lastErrorAt();
      out.println("  last error" + (at == null ? "" : " " + since(at) + " ago") + ": " + error);
    }
  }

  private String backup(@Nullable LastBackup backup) {
    if (backup == null) {
      return "none yet; make one: lightkeeper backup";
    }
    Long bytes = backup.bytes();
    Long down = backup.servicesDownMillis();
    String made =
        backup.archive() == null
            ? ""
            : ", %s%s%s"
                .formatted(
                    backup.archive(),
                    bytes == null ? "" : ", " + Words.size(bytes),
                    down == null ? "" : ", services down for " + Words.lag(down));
    String result = word(backup.result(), backup.result() == LastBackup.Result.COMPLETE);
    return "%s %s ago%s%s"
        .formatted(
            result, since(backup.finishedAt()), made, why(backup.error(), backup.problems()));
  }

  private String drill(DrillReport drill) {
    String of = drill.archive() == null ? "" : ", " + drill.archive();
    String result = word(drill.result(), drill.result() == DrillReport.Result.OK);
    return "%s %s ago%s%s"
        .formatted(result, since(drill.at()), of, why(drill.problem(), drill.notes()));
  }

  private static String why(@Nullable String failure, List<String> notes) {
    String all = failure == null ? String.join("; ", notes) : failure;
    return all.isEmpty() ? "" : ": " + all;
  }

  private static String word(Enum<?> result, boolean good) {
    return (good ? Style.GOOD : Style.BAD).paint(result.name().toLowerCase(Locale.ROOT));
  }

  private static String title(OpenAlert alert) {
    return alert.kind()
        + (alert.node() == null ? "" : " " + alert.node())
        + (alert.remote() == null ? "" : " " + alert.remote());
  }

  private String since(Instant at) {
    return Words.duration(Duration.between(at, now));
  }
}
