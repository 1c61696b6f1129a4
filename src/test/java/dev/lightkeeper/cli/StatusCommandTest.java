package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.health.StatusFile;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusCommandTest {
  private static final byte[] CONTENT = "a channel backup".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private final Instant now = Instant.now();
  private @Nullable ProcessLock daemon;

  @BeforeEach
  void configure() throws IOException {
    Files.write(file(), CONTENT);
    Files.createDirectories(folder.resolve("one"));
    Files.createDirectories(folder.resolve("two"));
    Files.writeString(
        config(),
        """
        state = "%1$s"
        [nodes.alice]
        kind = "lnd"
        file = "%1$s/channel.backup"
        [remotes.one]
        url = "file://%1$s/one"
        [remotes.two]
        url = "file://%1$s/two"
        """
            .formatted(folder));
  }

  @AfterEach
  void stop() throws IOException {
    if (daemon != null) {
      daemon.close();
    }
  }

  @Test
  void all_is_well_when_the_daemon_runs_and_every_remote_holds_the_newest() throws Exception {
    daemonRuns();
    reported(List.of(), node("ok"), holding("one", true), holding("two", true));

    CommandRun run = status();

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("running", "alice", "#7", "up to date, read back");
  }

  @Test
  void one_remote_behind_is_done_in_part() throws Exception {
    daemonRuns();
    reported(List.of(), node("ok"), holding("one", true), holding("two", false));

    CommandRun run = status();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("behind");
  }

  @Test
  void every_remote_behind_is_a_failure() throws Exception {
    daemonRuns();
    reported(List.of(), node("ok"), holding("one", false), holding("two", false));

    assertThat(status().code()).isEqualTo(1);
  }

  @Test
  void a_node_that_cannot_be_read_or_vanished_is_a_failure_although_the_remotes_hold_its_last()
      throws Exception {
    daemonRuns();
    for (String state : List.of("unreadable", "absent", "unknown")) {
      reported(List.of(), node(state), holding("one", true), holding("two", true));
      assertThat(status().code()).as(state).isEqualTo(1);
    }
  }

  @Test
  void a_node_that_never_had_a_file_is_waited_for() throws Exception {
    daemonRuns();
    NodeStatus waiting =
        new NodeStatus("alice", "lnd", file().toString(), "absent", null, null, null);
    reported(List.of(), waiting, remote("one", List.of()), remote("two", List.of()));

    assertThat(status().code()).isZero();
  }

  @Test
  void an_open_alert_is_shown_and_is_not_all_well() throws Exception {
    daemonRuns();
    OpenAlert alert = new OpenAlert("another-writer", "alice", "one", now, "two hosts stream it");
    reported(List.of(alert), node("ok"), holding("one", true), holding("two", true));

    CommandRun run = status();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("! another-writer alice one: two hosts stream it");
  }

  @Test
  void a_remote_that_the_daemon_does_not_know_of_yet_is_behind() throws Exception {
    daemonRuns();
    reported(List.of(), node("ok"), holding("one", true));

    CommandRun run = status();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("two: file://").contains("the daemon has not reported on it");
  }

  @Test
  void a_daemon_that_fell_silent_is_not_believed() throws Exception {
    daemonRuns();
    write(
        report(
            now.minus(Duration.ofMinutes(10)),
            List.of(),
            List.of(node("ok")),
            List.of(holding("one", true), holding("two", true))));

    CommandRun run = status();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("has not reported for 10 min");
  }

  @Test
  void a_daemon_that_is_down_is_never_all_well_though_the_file_has_not_changed() throws Exception {
    reported(List.of(), node("ok"), holding("one", true), holding("two", true));

    CommandRun run = status();

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("The daemon is down").contains("up to date");
  }

  @Test
  void what_changed_while_the_daemon_was_down_is_not_streamed() throws Exception {
    reported(List.of(), node("ok"), holding("one", true), holding("two", true));
    Files.writeString(file(), "a newer one");

    CommandRun run = status();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("not streamed: it changed while the daemon was down");
  }

  @Test
  void before_the_first_start_nothing_is_known_to_be_anywhere() {
    CommandRun run = status();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("The daemon is down").contains("alice");
  }

  @Test
  void a_daemon_that_is_down_has_no_process() throws Exception {
    reported(List.of(), node("ok"), holding("one", true), holding("two", true));

    Map<?, ?> json =
        Json.parse(CommandRun.of("status", "--json", "-c", config().toString()).out(), Map.class);

    assertThat(json.get("daemon")).isEqualTo("down");
    assertThat(json.get("pid")).isNull();
  }

  @Test
  void json_is_the_report_and_the_exit_code() throws Exception {
    daemonRuns();
    reported(List.of(), node("ok"), holding("one", true), holding("two", true));

    CommandRun run = CommandRun.of("status", "--json", "-c", config().toString());

    Map<?, ?> json = Json.parse(run.out(), Map.class);
    assertThat(json.get("exit_code")).isEqualTo(0);
    assertThat(json.get("schema")).isEqualTo(1);
    assertThat(json.get("daemon")).isEqualTo("running");
    assertThat((List<?>) json.get("remotes")).hasSize(2);
    assertThat(Json.parse(run.out(), StatusReport.class).nodes()).containsExactly(node("ok"));
  }

  @Test
  void the_last_backup_and_the_last_drill_are_shown_and_change_no_exit_code() throws Exception {
    Files.writeString(config(), Files.readString(config()) + "[backup]\n");
    daemonRuns();
    reported(List.of(), node("ok"), holding("one", true), holding("two", true));
    assertThat(status().out()).contains("Last backup: none yet").doesNotContain("Last drill");
    Instant ended = now.minus(Duration.ofHours(3));
    new LastBackup(
            LastBackup.SCHEMA,
            LastBackup.Result.FAILED,
            ended,
            ended,
            0,
            null,
            null,
            null,
            false,
            "the disk is full",
            List.of(),
            null)
        .write(folder);
    Files.writeString(
        folder.resolve("drill.json"),
        "{\"at\": \"%s\", \"result\": \"ok\", \"archive\": \"a.tar.gz\"}".formatted(ended));

    CommandRun run = status();
    CommandRun json = CommandRun.of("status", "--json", "-c", config().toString());

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("Last backup: failed 3 h ago: the disk is full", "Last drill: ok 3 h ago, a.tar");
    JsonNode printed = new ObjectMapper().readTree(json.out());
    assertThat(printed.at("/backup/last/result").asText()).isEqualTo("failed");
    assertThat(printed.at("/drill/result").asText()).isEqualTo("ok");
    assertThat(printed.at("/exit_code").asInt(-1)).isZero();
  }

  @Test
  void without_a_backup_section_none_is_missed() throws Exception {
    daemonRuns();
    reported(List.of(), node("ok"), holding("one", true), holding("two", true));

    assertThat(status().out()).doesNotContain("Last backup");
  }

  @Test
  void a_report_that_is_not_whole_is_said_to_be_so() throws Exception {
    Files.writeString(folder.resolve("status.json"), "{");

    CommandRun run = status();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("the daemon's report in " + folder + " cannot be read");
  }

  private CommandRun status() {
    return CommandRun.of("status", "--config", config().toString());
  }

  private void daemonRuns() throws Exception {
    daemon = ProcessLock.acquire(folder).orElseThrow();
  }

  private void reported(List<OpenAlert> alerts, NodeStatus node, RemoteStatus... remotes)
      throws IOException {
    write(report(now, alerts, List.of(node), List.of(remotes)));
  }

  private void write(StatusReport report) throws IOException {
    new StatusFile(folder).write(report);
  }

  private StatusReport report(
      Instant at, List<OpenAlert> alerts, List<NodeStatus> nodes, List<RemoteStatus> remotes) {
    return new StatusReport(
        StatusReport.SCHEMA, "0.1.0", DaemonState.RUNNING, at, 42L, at, nodes, remotes, alerts, 0);
  }

  private NodeStatus node(String state) {
    return new NodeStatus("alice", "lnd", file().toString(), state, null, 3, version());
  }

  private RemoteStatus holding(String remote, boolean upToDate) {
    int behind = upToDate ? 0 : 1;
    HoldingStatus holding =
        new HoldingStatus("alice", version(), true, upToDate, now, 57L, behind, 0, 2);
    return remote(remote, List.of(holding));
  }

  private RemoteStatus remote(String name, List<HoldingStatus> holdings) {
    String location = folder.resolve(name).toUri().toString();
    return new RemoteStatus(name, location, true, null, List.of(), null, null, 0, holdings);
  }

  private VersionStatus version() {
    return new VersionStatus(7, now, CONTENT.length, Sha256.of(CONTENT).hex());
  }

  private Path file() {
    return folder.resolve("channel.backup");
  }

  private Path config() {
    return folder.resolve("lightkeeper.toml");
  }
}
