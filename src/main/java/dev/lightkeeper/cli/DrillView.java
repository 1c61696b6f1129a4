package dev.lightkeeper.cli;

import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.DrillReport.Result;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.restore.DrillResult;
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

  DrillReport report(DrillResult result, Duration fetching, Duration total) {
    List<String> notes = new ArrayList<>(result.notes());
    result
        .without()
        .forEach(n -> notes.add(n.node().name() + " has no channel backup with channels anywhere"));
    if (result.free() <= result.space()) {
      notes.add("a restore would not fit on the disk of Docker's volumes");
    }
    boolean whole = result.whole();
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
        result.nodes().stream()
            .map(
                n -> {
                  ChannelBackup backup = n.backup();
                  return new DrillReport.NodeBackup(
                      n.node().name().value(),
                      backup == null ? null : n.source(),
                      n.sequence(),
                      backup == null ? null : backup.hash().hex(),
                      backup == null ? 0 : backup.size(),
                      n.time());
                })
            .toList(),
        notes,
        (whole ? ExitCode.OK : ExitCode.PARTIAL).value());
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
              : "channel backup%s from %s, %s, %s old"
                  .formatted(
                      node.sequence() == 0 ? "" : " version " + node.sequence(),
                      node.source(),
                      Words.size(node.size()),
                      Words.duration(Duration.between(node.time(), Instant.now())));
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
