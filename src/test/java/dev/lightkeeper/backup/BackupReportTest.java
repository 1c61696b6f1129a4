package dev.lightkeeper.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import dev.lightkeeper.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a backup says of itself: in its manifest, at its end, and on the way. */
@ExtendWith(SharedDeployment.class)
class BackupReportTest {
  private static final Shell SHELL = new Shell(Map.of());
  private static final JsonMapper JSON = new JsonMapper();
  private static final String SCB =
      "volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/channel.backup";

  @TempDir private Path folder;

  @Test
  void the_manifest_names_the_channel_backup_that_is_in_the_archive(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder).lightningNodes();
    Path scb =
        sample.volume("lnd_bitcoin_datadir").resolve(SCB.substring(SCB.indexOf("/_data/") + 7));
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(scb));

    assertThat(rig.run().exit()).isEqualTo(0);

    JsonNode alice = facts(rig).get("nodes").get(0);
    SHELL.run(
        "tar",
        "-xzf",
        rig.newest().toString(),
        "-C",
        folder.toString(),
        "--strip-components=7",
        SCB);
    Path archived = folder.resolve("channel.backup");
    assertThat(alice.get("name").asText()).isEqualTo("alice");
    assertThat(alice.get("kind").asText()).isEqualTo("lnd");
    assertThat(alice.get("size").asLong()).isEqualTo(Files.size(archived));
    assertThat(alice.get("sha256").asText()).isEqualTo(sha256(archived));
  }

  @Test
  void the_manifest_says_by_what_and_when_it_was_made_and_how_long_it_took(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Instant before = Instant.now();

    assertThat(rig.run().exit()).isEqualTo(0);

    JsonNode manifest = manifest(rig);
    assertThat(manifest.get("tool").asText()).matches("lightkeeper \\d+\\.\\d+.*");
    assertThat(manifest.get("mode").asText()).isEqualTo("backup");
    assertThat(Instant.parse(manifest.get("created").asText()))
        .isBetween(before.minusSeconds(1), Instant.now());
    JsonNode facts = manifest.get("facts");
    assertThat(facts.get("quiesce").asText()).isEqualTo("stop");
    assertThat(facts.get("durations_ms").fieldNames())
        .toIterable()
        .contains("prepare", "read", "down");
    assertThat(facts.get("durations_ms").get("read").asLong()).isPositive();
  }

  @Test
  void the_manifest_beside_the_archive_also_says_when_all_was_done_and_how_long_services_were_down(
      SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Instant before = Instant.now();

    assertThat(rig.run().exit()).isEqualTo(0);

    JsonNode beside = JSON.readTree(Path.of(rig.newest() + ".json").toFile());
    JsonNode facts = beside.get("facts");
    assertThat(facts.get("quiesce")).isEqualTo(manifest(rig).get("facts").get("quiesce"));
    assertThat(Instant.parse(facts.get("finished").asText()))
        .isBetween(before.minusSeconds(1), Instant.now());
    assertThat(facts.get("services_down_ms").asLong()).isPositive();
    assertThat(facts.has("services_not_up")).isFalse();
  }

  @Test
  void at_its_end_it_says_what_was_made_and_how_long_services_were_down(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder).remote("disk", folder.resolve("disk"));

    BackupRig.Ended ended = rig.run();

    Path archive = rig.newest();
    assertThat(ended.out())
        .contains("✅ Backup done => " + archive + "\n")
        .contains(", %d entries of ".formatted(archived(archive)))
        .containsPattern("\n   [\\d.]+ [KM]iB, \\d+ entries of [\\d.]+ [KM]iB, verified\n")
        .containsPattern("\n   services down for [\\d.]+ m?s: .*btcpayserver_lnd_bitcoin")
        .containsPattern(
            "\n   prepare .*, read .*, down .*, write .*, verify .*, ship .*, prune .*\n")
        .contains("shipped and read back: " + archive.getFileName() + " to disk");
  }

  @Test
  void without_a_terminal_each_step_is_a_plain_line(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder).remote("disk", folder.resolve("disk"));

    BackupRig.Ended ended = rig.run();

    for (BackupStep step : BackupStep.values()) {
      if (step != BackupStep.CATCH_UP) {
        assertThat(ended.out().lines())
            .filteredOn(line -> line.startsWith(step.words() + ": "))
            .as(step.words())
            .hasSize(1);
      }
    }
    assertThat(ended.out()).doesNotContain("\r", "\u001b");
  }

  @Test
  void the_last_line_of_json_says_it_to_programs(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder).remote("disk", folder.resolve("disk"));

    BackupRig.Ended ended = rig.run("--json");

    List<String> lines = ended.out().lines().toList();
    for (String line : lines) {
      assertThat(JSON.readTree(line).get("event").asText())
          .isIn("began", "at", "ended", "note", "summary");
    }
    JsonNode summary = JSON.readTree(lines.getLast());
    Path archive = rig.newest();
    assertThat(summary.get("event").asText()).isEqualTo("summary");
    assertThat(summary.get("archive").asText()).isEqualTo(archive.toString());
    assertThat(summary.get("size").asLong()).isEqualTo(Files.size(archive));
    assertThat(summary.get("sha256").asText()).isEqualTo(sha256(archive));
    assertThat(summary.get("entries").asLong()).isEqualTo(archived(archive));
    assertThat(summary.get("bytes").asLong()).isPositive();
    assertThat(summary.get("services_down_millis").asLong()).isPositive();
    assertThat(summary.get("stopped").toString()).contains("btcpayserver_lnd_bitcoin", "tor");
    assertThat(summary.get("step_millis").fieldNames())
        .toIterable()
        .contains("prepare", "read", "down", "write", "verify", "ship", "prune");
    assertThat(summary.get("problems")).isEmpty();
    assertThat(summary.get("handoff").isNull()).isTrue();
    assertThat(summary.get("offered_on")).isEmpty();
    assertThat(summary.get("exit_code").asInt()).isEqualTo(0);
  }

  private static JsonNode facts(BackupRig rig) throws Exception {
    return manifest(rig).get("facts");
  }

  private static JsonNode manifest(BackupRig rig) throws Exception {
    return JSON.readTree(SHELL.run("tar", "-xzOf", rig.newest().toString(), "lightkeeper.json"));
  }

  private static String sha256(Path file) throws Exception {
    return Sha256.of(Files.readAllBytes(file)).hex();
  }

  /** How many entries of volumes tar finds in it. */
  private static long archived(Path archive) {
    return SHELL
        .run("tar", "-tzf", archive.toString())
        .lines()
        .filter(name -> name.startsWith("volumes/"))
        .count();
  }
}
