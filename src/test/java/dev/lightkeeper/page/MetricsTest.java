package dev.lightkeeper.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import dev.lightkeeper.stream.StreamHistory;
import dev.lightkeeper.stream.StreamHistory.Latencies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Instant THEN = Instant.parse("2026-11-24T03:00:00.500Z");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z_]+)` \\| (gauge|counter|histogram) \\| ([a-z, ]*)\\|");

  @Test
  void what_is_documented_is_there_and_what_is_there_is_documented() throws Exception {
    List<String> documented =
        Files.readAllLines(Path.of("docs/metrics.md")).stream()
            .map(ROW::matcher)
            .filter(m -> m.lookingAt())
            .map(m -> m.group(1) + " " + m.group(2))
            .toList();
    List<String> there =
        text()
            .lines()
            .filter(l -> l.startsWith("# TYPE "))
            .map(l -> l.substring("# TYPE ".length()))
            .toList();

    assertThat(documented).containsExactlyInAnyOrderElementsOf(there);
  }

  @Test
  void promtool_finds_nothing_to_complain_about() throws Exception {
    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    try (var in = promtool.outputWriter(StandardCharsets.UTF_8)) {
      in.write(text());
    }
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(promtool.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
  }

  @Test
  void values_are_in_base_units() throws Exception {
    assertThat(text().lines())
        .contains(
            "lightkeeper_durable_version_lag_seconds{node=\"alice\",remote=\"offsite\"} 0.057",
            "lightkeeper_durable_version_timestamp_seconds{node=\"alice\",remote=\"offsite\"}"
                + " 1.7954892005E9",
            "lightkeeper_backup_last_downtime_seconds 1.84",
            "lightkeeper_backup_last_result{result=\"partial\"} 1.0",
            "lightkeeper_backup_last_result{result=\"complete\"} 0.0",
            "lightkeeper_alerts_open{kind=\"host-key\",urgency=\"critical\"} 1.0",
            "lightkeeper_alerts_open{kind=\"vanished\",urgency=\"critical\"} 0.0",
            "lightkeeper_handoff_state{state=\"locked\"} 1.0",
            "lightkeeper_drill_last_result{result=\"ok\"} 1.0");
  }

  @Test
  void latencies_are_counted_up_to_each_bound() throws Exception {
    assertThat(text().lines())
        .contains(
            "lightkeeper_publish_duration_seconds_bucket{remote=\"offsite\",le=\"0.05\"} 0",
            "lightkeeper_publish_duration_seconds_bucket{remote=\"offsite\",le=\"0.1\"} 2",
            "lightkeeper_publish_duration_seconds_bucket{remote=\"offsite\",le=\"+Inf\"} 3",
            "lightkeeper_publish_duration_seconds_count{remote=\"offsite\"} 3",
            "lightkeeper_publish_duration_seconds_sum{remote=\"offsite\"} 9000.12");
  }

  @Test
  void what_is_not_known_is_left_out() throws Exception {
    Overview full = overview();
    String text =
        new String(
            Metrics.of(
                new Overview(
                    full.status(),
                    new StreamHistory(List.of(), Map.of(), Map.of()),
                    1,
                    null,
                    null,
                    null)),
            StandardCharsets.UTF_8);

    assertThat(text)
        .doesNotContain("lightkeeper_backup", "lightkeeper_drill", "lightkeeper_handoff");
  }

  private static String text() throws IOException {
    return new String(Metrics.of(overview()), StandardCharsets.UTF_8);
  }

  private static Overview overview() {
    VersionStatus version = new VersionStatus(7, THEN, 371, "ab");
    NodeStatus alice = new NodeStatus("alice", "lnd", "/a", "ok", null, 3, version);
    HoldingStatus holding = new HoldingStatus("alice", version, true, true, THEN, 57L, 0, 0, 2);
    RemoteStatus offsite =
        new RemoteStatus(
            "offsite", "sftp://o", true, null, List.of(), null, null, 4, List.of(holding));
    OpenAlert alert = new OpenAlert("host-key", null, "offsite", THEN, "somebody else");
    StatusReport status =
        new StatusReport(
            1,
            "0.1.0",
            DaemonState.RUNNING,
            THEN,
            1L,
            THEN,
            List.of(alice),
            List.of(offsite),
            List.of(alert),
            12);
    LastBackup backup =
        new LastBackup(
            1,
            LastBackup.Result.PARTIAL,
            THEN,
            THEN.plusSeconds(60),
            60_000,
            "/b",
            1_000L,
            1_840L,
            false,
            null,
            List.of(),
            THEN);
    return new Overview(
        status,
        new StreamHistory(List.of(), Map.of("alice", 3L), Map.of("offsite", latencies())),
        256 << 20,
        new Overview.Backups(backup),
        new Overview.HandoffNews(Overview.HandoffNews.State.LOCKED, THEN),
        drill());
  }

  private static DrillReport drill() {
    return new DrillReport(
        THEN,
        "a.tar.gz",
        null,
        null,
        1,
        DrillReport.Result.OK,
        null,
        new DrillReport.Durations(0, 0, 0, 0),
        0,
        0,
        0,
        List.of(),
        List.of(),
        0);
  }

  /** Two of 60 ms, and one of two and a half hours. */
  private static Latencies latencies() {
    Long[] counts = new Long[Latencies.BOUNDS_MILLIS.size() + 1];
    Arrays.fill(counts, 0L);
    counts[Latencies.BOUNDS_MILLIS.indexOf(100L)] = 2L;
    counts[counts.length - 1] = 1L;
    return new Latencies(new ArrayList<>(Arrays.asList(counts)), 9_000_120);
  }
}
