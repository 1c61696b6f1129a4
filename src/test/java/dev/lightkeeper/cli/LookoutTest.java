package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.LastBackup.Result;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import dev.lightkeeper.stream.StreamReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts that the daemon makes of what others left in the state folder, or did not. */
class LookoutTest {
  private static final Instant T0 = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir Path state;
  private Instant now = T0;
  private StreamReport report = new StreamReport(List.of(), List.of(), 0);
  private AlertBook alerts = new AlertBook(() -> now);
  private @Nullable Lookout lookout;
  private @Nullable String archive;

  @BeforeEach
  void begin() throws Exception {
    Config config =
        ConfigFile.read(
            Files.writeString(
                state.resolve("lightkeeper.toml"), "state = \"%s\"\n[backup]\n".formatted(state)),
            Map.of());
    lookout = new Lookout(config, alerts, () -> report, () -> now);
  }

  @Test
  void a_failed_backup_is_an_alert_until_one_is_made() throws Exception {
    backup(Result.FAILED, T0, "the disk is full");
    assertThat(look()).containsExactly("backup-failed");
    assertThat(alerts.open().getFirst().message()).contains("the disk is full");
    backup(Result.COMPLETE, T0, null);
    assertThat(look()).isEmpty();
  }

  @Test
  void services_that_stayed_down_after_a_backup_are_told_until_they_are_up() throws Exception {
    archive = "/archives/a.tar.gz";
    Path journal = Files.writeString(state.resolve("quiesce.json"), "{}");
    backup(Result.FAILED, T0, "the archive is kept, but services are down");
    assertThat(look()).containsExactly("backup-failed");
    assertThat(alerts.open().getFirst().message()).doesNotContain("no archive");
    Files.delete(journal);
    assertThat(look()).isEmpty();
  }

  @Test
  void an_interrupted_backup_is_none() throws Exception {
    backup(Result.INTERRUPTED, T0, null);
    assertThat(look()).isEmpty();
  }

  @Test
  void an_archive_older_than_36_hours_is_overdue() throws Exception {
    backup(Result.COMPLETE, T0, null);
    now = T0.plus(Duration.ofHours(36));
    assertThat(look()).isEmpty();
    now = now.plusSeconds(1);
    assertThat(look()).containsExactly("backup-overdue");
    backup(Result.COMPLETE, now, null);
    assertThat(look()).isEmpty();
  }

  @Test
  void backups_that_never_ran_are_overdue_too_and_a_restart_does_not_begin_the_count_anew()
      throws Exception {
    assertThat(look()).isEmpty();
    now = T0.plus(Duration.ofHours(37));
    begin();
    assertThat(look()).containsExactly("backup-overdue");
  }

  @Test
  void a_failed_drill_is_an_alert_until_one_goes_well() throws Exception {
    Files.writeString(
        state.resolve("drill.json"), "{\"result\": \"failed\", \"problem\": \"it is torn\"}");
    assertThat(look()).containsExactly("drill-failed");
    assertThat(alerts.open().getFirst().message()).contains("it is torn");
    Files.writeString(state.resolve("drill.json"), "{\"result\": \"ok\"}");
    assertThat(look()).isEmpty();
  }

  @Test
  void what_cannot_be_read_ends_no_alert() throws Exception {
    backup(Result.FAILED, T0, "the disk is full");
    look();
    Files.writeString(state.resolve("backup.json"), "{");
    assertThat(look()).containsExactly("backup-failed");
  }

  @Test
  void a_remote_that_lacks_the_newest_for_a_quarter_of_an_hour_is_behind() {
    report = streamed(false);
    assertThat(look()).isEmpty();
    now = T0.plus(Duration.ofMinutes(14));
    assertThat(look()).isEmpty();
    now = T0.plus(Duration.ofMinutes(15));
    assertThat(look()).containsExactly("remote-behind");
    report = streamed(true);
    assertThat(look()).isEmpty();
  }

  private List<String> look() {
    if (lookout != null) {
      lookout.look();
    }
    return alerts.open().stream().map(OpenAlert::kind).toList();
  }

  private void backup(Result result, Instant newest, @Nullable String error) throws Exception {
    new LastBackup(
            LastBackup.SCHEMA,
            result,
            now,
            now,
            1,
            archive,
            null,
            null,
            true,
            error,
            List.of(),
            newest)
        .write(state);
  }

  private static StreamReport streamed(boolean upToDate) {
    VersionStatus version = new VersionStatus(7, T0, 100, "00");
    return new StreamReport(
        List.of(new NodeStatus("alice", "lnd", "/lnd/channel.backup", "ok", null, 1, version)),
        List.of(
            new RemoteStatus(
                "offsite",
                "sftp://h",
                false,
                null,
                List.of(),
                "it is away",
                T0,
                0,
                List.of(new HoldingStatus("alice", null, false, upToDate, null, null, 1, 0, 0)))),
        0);
  }
}
