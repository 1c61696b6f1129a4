package dev.lightkeeper.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusFileTest {
  private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123Z");
  private static final StatusReport REPORT = report();

  @TempDir Path state;

  @Test
  void what_was_written_is_read() throws Exception {
    StatusFile file = new StatusFile(state);
    file.write(REPORT);

    assertThat(file.read()).contains(REPORT);
  }

  @Test
  void it_is_replaced_and_nothing_else_stays() throws Exception {
    StatusFile file = new StatusFile(state);
    file.write(REPORT);
    file.write(REPORT);

    try (var files = Files.list(state)) {
      assertThat(files).containsExactly(state.resolve("status.json"));
    }
  }

  @Test
  void its_fields_are_in_snake_case_its_times_in_utc_and_its_states_in_lower_case()
      throws Exception {
    StatusFile file = new StatusFile(state);
    file.write(REPORT);

    assertThat(Files.readString(file.path()))
        .contains("\"observed_at\" : \"2026-11-23T10:00:00.123Z\"", "\"daemon\" : \"running\"");
  }

  @Test
  void there_is_no_report_before_the_first() throws Exception {
    assertThat(new StatusFile(state).read()).isEmpty();
  }

  @Test
  void a_field_of_a_newer_release_is_skipped() throws Exception {
    StatusFile file = new StatusFile(state);
    file.write(REPORT);
    String text = Files.readString(file.path());
    Files.writeString(file.path(), text.replaceFirst("\\{", "{ \"novelty\": [1],"));

    assertThat(file.read()).contains(REPORT);
  }

  @Test
  void half_a_file_is_an_error() throws Exception {
    StatusFile file = new StatusFile(state);
    file.write(REPORT);
    String text = Files.readString(file.path());
    Files.writeString(file.path(), text.substring(0, text.length() / 2));

    assertThatThrownBy(file::read).isInstanceOf(IOException.class);
  }

  @Test
  void a_file_that_lacks_what_a_report_needs_is_an_error() throws Exception {
    Files.writeString(state.resolve("status.json"), "{}");

    assertThatThrownBy(new StatusFile(state)::read).isInstanceOf(IOException.class);
  }

  private static StatusReport report() {
    VersionStatus version = new VersionStatus(7, AT, 4096, "ab".repeat(32));
    return new StatusReport(
        StatusReport.SCHEMA,
        "0.1.0",
        DaemonState.RUNNING,
        AT,
        42L,
        AT,
        List.of(new NodeStatus("alice", "lnd", "/x/channel.backup", "ok", null, 3, version)),
        List.of(
            new RemoteStatus(
                "offsite",
                "sftp://a@b/c",
                true,
                "OpenSSH",
                List.of("write-once"),
                null,
                null,
                1,
                List.of(new HoldingStatus("alice", version, true, true, AT, 57L, 0, 0, 2)))),
        List.of(new OpenAlert("clock", null, null, AT, "went back")),
        4096);
  }
}
