package dev.lightkeeper.cli;

import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.DrillReport.Result;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.restore.DrillResult;
import dev.lightkeeper.restore.NodeBackup;
import dev.lightkeeper.scb.Opening;
import dev.lightkeeper.stream.BackupOpener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A drill at the terminal, and its report. */
final class DrillView {
  private final GlobalOptions global;
  private final Instant at;
  private @Nullable Path archive;

  DrillView(GlobalOptions global, Instant at) {
    this.global = global;
    this.at = at;
  }

  void step(String what) {
    global.note("… " + what);
  }

  /** Which archive it is about, from now on. */
  void archive(Path file) {
    this.archive = file;
  }

  DrillReport failed(Failure failure, Duration total) {
    return new DrillReport(
        at,
        archive == null ? null : String.valueOf(archive.getFileName()),
        null,
        null,
        0,
        Result.FAILED,
        failure.message(),
        new DrillReport.Durations(0, 0, 0, total.toMillis()),
        0,
        0,
        0,
        List.of(),
        List.of(),
        failure.code().value());
  }

  /**
   * @param opener opens the channel backups that there are keys for
   */
  DrillReport report(DrillResult result, BackupOpener opener, Duration fetching, Duration total) {
    List<String> notes = new ArrayList<>(result.notes());
    List<DrillReport.NodeBackup> nodes = new ArrayList<>();
    for (NodeBackup node : result.nodes()) {
      ChannelBackup backup = node.backup();
      Opening opening =
          backup == null ? new Opening.NotTried() : opener.open(node.node().name(), backup);
      nodes.add(described(node, opening));
      if (opening instanceof Opening.NotOpened(String why)) {
        notes.add(node.node().name() + ": its channel backup does not help: " + why);
      }
    }
    result
        .without()
        .forEach(n -> notes.add(n.node().name() + " has no channel backup with channels anywhere"));
    if (result.free() <= result.space()) {
      notes.add("a restore would not fit on the disk of Docker's volumes");
    }
    boolean opens = nodes.stream().noneMatch(n -> Boolean.FALSE.equals(n.opened()));
    boolean whole = result.whole() && opens;
    ManifestHead manifest = result.staged().manifest();
    return new DrillReport(
        at,
        result.staged().file().name(),
        result.staged().file().sha256().hex(),
        manifest == null ? null : manifest.created(),
        result.staged().file().size(),
        whole ? Result.OK : Result.PARTIAL,
        null,
        new DrillReport.Durations(
            fetching.toMillis(),
            result.checking().toMillis(),
            result.loading().toMillis(),
            total.toMillis()),
        result.space(),
        result.free(),
        result.staged().withheld().size(),
        nodes,
        notes,
        (whole ? ExitCode.OK : ExitCode.PARTIAL).value());
  }

  private static DrillReport.NodeBackup described(NodeBackup node, Opening opening) {
    ChannelBackup backup = node.backup();
    return new DrillReport.NodeBackup(
        node.node().name().value(),
        backup == null ? null : node.source(),
        node.sequence(),
        backup == null ? null : backup.hash().hex(),
        backup == null ? 0 : backup.size(),
        node.time(),
        opening instanceof Opening.Opened opened ? opened.count() : null,
        switch (opening) {
          case Opening.NotTried() -> null;
          case Opening.NotOpened _ -> false;
          case Opening.Opened _ -> true;
        });
  }

  private static String opened(DrillReport.NodeBackup node) {
    if (node.opened() == null) {
      return ", not opened: there is no key of the node here";
    }
    return node.opened()
        ? ", opened: %s channels"
            .formatted(node.channels() == null ? "an unknown number of" : node.channels())
        : ", which the node's key does NOT open";
  }

  void print(DrillReport report, Deployment deployment) {
    PrintWriter out = global.out();
    if (global.json()) {
      out.println(Json.print(report));
      out.flush();
      return;
    }
    out.printf(
        "%s can be restored%s.%n",
        report.archive(), report.made() == null ? "" : " (made " + Words.time(report.made()) + ")");
    for (DrillReport.NodeBackup node : report.nodes()) {
      String backup =
          node.source() == null || node.time() == null
              ? "no channel backup"
              : "channel backup%s from %s, %s, %s old%s"
                  .formatted(
                      node.sequence() == 0 ? "" : " version " + node.sequence(),
                      node.source(),
                      Words.size(node.size()),
                      Words.duration(Duration.between(node.time(), Instant.now())),
                      opened(node));
      out.printf("Node %s: %s%n", node.node(), backup);
    }
    report.notes().forEach(n -> out.println("Note: " + n));
    DrillReport.Durations took = report.millis();
    out.println("A restore of it here would take");
    if (took.fetching() > 0) {
      out.printf("  %-8s to fetch it%n", Words.lag(took.fetching()));
    }
    out.printf(
        "  %-8s to read, check and extract it, the shop still open%n", Words.lag(took.checking()));
    out.printf(
        "  %-8s to load the databases beside that, the shop still open%n",
        Words.lag(took.loading()));
    out.printf(
        "  and the time that %d containers take to stop and start%n",
        deployment.containers().size());
    out.printf(
        "  %s of %s free%n", Words.size(report.spaceNeeded()), Words.size(report.spaceFree()));
    if (report.withheld() > 0) {
      out.printf("  %d files of channel state would be kept aside%n", report.withheld());
    }
    out.println("No node was started. Everything is removed again.");
    out.flush();
  }
}
