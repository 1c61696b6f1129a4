package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.recover.StandInNode;
import dev.lightkeeper.scb.ScbFixtures;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import dev.lightkeeper.testing.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code restore --recover} after a restore that ended earlier, in a process of its own. */
@ExtendWith(SharedDeployment.class)
class RecoverCommandTest {
  private final SampleDeployment sample;
  private final Path restores;

  RecoverCommandTest(SampleDeployment sample) {
    this.sample = sample;
    this.restores =
        Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}")).resolve("lightkeeper-restore");
  }

  @BeforeEach
  @AfterEach
  void noRestore() {
    var _ = new Shell(Map.of()).run("rm", "-rf", restores.toString());
  }

  /** What a restore of both nodes leaves behind. */
  private void restored(String phase, String backup) throws IOException {
    Path home = Files.createDirectories(restores.resolve("20261123T021500Z"));
    Path file = Files.writeString(home.resolve("lnd.to-import"), backup);
    Files.writeString(
        home.resolve("journal.json"),
        """
        {"version": 1, "id": "20261123T021500Z", "phase": "%s", "archive": "backup.tar.gz",
         "sha256": "00", "wasUp": true, "moves": [], "madeVolumes": []}
        """
            .formatted(phase));
    Files.writeString(
        home.resolve("nodes.json"),
        """
        [{"name": "lnd-mainnet", "kind": "LND", "service": "lnd_bitcoin", "toImport": "%s",
          "holdsChannels": true},
         {"name": "cln-bitcoin", "kind": "CLN", "service": "clightning_bitcoin",
          "toImport": null, "holdsChannels": true}]
        """
            .formatted(file));
  }

  private CommandRun recover(String... more) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "restore",
                "--recover",
                "--environment",
                sample.profile().toString(),
                "--config",
                "/nonexistent.toml"));
    words.addAll(List.of(more));
    Path err = Files.createTempFile("lightkeeper-", ".stderr");
    ProcessBuilder builder = new ProcessBuilder(words).redirectError(err.toFile());
    builder.environment().put("DOCKER_HOST", sample.dockerHost().toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    CommandRun run = new CommandRun(code, out, Files.readString(err));
    Files.delete(err);
    return run;
  }

  @Test
  void each_node_is_recovered_and_the_exit_code_says_whether_all_is_on_its_way() throws Exception {
    StandInNode lnd = StandInNode.lnd(sample);
    StandInNode cln = StandInNode.cln(sample);
    cln.set("backup", "c1");
    restored("DONE", "good\naa:0\n");

    CommandRun first = recover("--yes", "--wait", "0s");

    assertThat(first.code()).as(first.err()).isEqualTo(ExitCode.PARTIAL.value());
    assertThat(first.err()).contains("aa:0", "ask the operator of 02bb to force-close");
    assertThat(first.out())
        .contains("lnd-mainnet: aa:0: waits for its peer", "cln-bitcoin: c1: waits")
        .contains("Not every channel is on its way");

    lnd.set("shells");
    lnd.set("closing", "aa:0");
    cln.set("shells");
    cln.set("closing", "c1");
    CommandRun second = recover("--json", "--wait", "0s");
    assertThat(second.code()).as(second.err()).isEqualTo(ExitCode.OK.value());
    assertThat(second.out()).contains("\"stage\" : \"closing\"", "\"exit_code\" : 0");
  }

  @Test
  void channels_that_core_lightning_forgot_since_the_restore_are_no_success() throws Exception {
    var _ = StandInNode.lnd(sample);
    StandInNode cln = StandInNode.cln(sample);
    cln.set("backup", "new");
    cln.set("ordinary", "new CHANNELD_NORMAL");
    cln.put("secret", ScbFixtures.cln("scb-secret.json"));
    restored("DONE", "good\naa:0\n");
    Path home = restores.resolve("20261123T021500Z");
    Path kept =
        Files.write(
            home.resolve("kept-emergency.recover"), ScbFixtures.cln("005.emergency.recover"));
    Files.writeString(
        home.resolve("nodes.json"),
        """
        [{"name": "cln-bitcoin", "kind": "CLN", "service": "clightning_bitcoin",
          "toImport": null, "kept": "%s", "holdsChannels": true}]
        """
            .formatted(kept));

    CommandRun named = recover("--yes", "--wait", "0s");
    assertThat(named.code()).as(named.err()).isEqualTo(ExitCode.PARTIAL.value());
    assertThat(named.out()).contains("not taken up by the node");
    assertThat(named.err()).contains("recoverchannel", kept.toString());

    cln.set("secret");
    CommandRun unnamed = recover("--yes", "--wait", "0s");
    assertThat(unnamed.code()).as(unnamed.err()).isEqualTo(ExitCode.PARTIAL.value());
    assertThat(unnamed.err()).contains("took no channel up", "recoverchannel", kept.toString());
  }

  @Test
  void without_a_yes_nothing_is_begun() throws Exception {
    StandInNode lnd = StandInNode.lnd(sample);
    StandInNode cln = StandInNode.cln(sample);
    cln.set("backup", "c1");
    restored("DONE", "good\naa:0\n");

    CommandRun run = recover("--wait", "0s");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.INTERRUPTED.value());
    assertThat(lnd.lines("shells")).isEmpty();
    assertThat(cln.lines("shells")).isEmpty();
  }

  @Test
  void one_node_that_fails_does_not_keep_the_other_from_being_recovered() throws Exception {
    var _ = StandInNode.lnd(sample);
    StandInNode cln = StandInNode.cln(sample);
    cln.set("backup", "c1");
    restored("DONE", "another node's\naa:0\n");

    CommandRun run = recover("--yes", "--wait", "0s");

    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.PARTIAL.value());
    assertThat(run.err()).contains("LND cannot open the channel backup");
    assertThat(cln.lines("shells")).containsExactly("c1");
  }

  @Test
  void nodes_without_a_channel_backup_are_told_as_nothing_to_recover() throws Exception {
    restored("DONE", "");
    Path home = restores.resolve("20261123T021500Z");
    Files.writeString(
        home.resolve("nodes.json"),
        """
        [{"name": "lnd-mainnet", "kind": "LND", "service": "lnd_bitcoin", "holdsChannels": false}]
        """);
    CommandRun none = recover("--yes");
    assertThat(none.code()).as(none.err()).isEqualTo(ExitCode.NOT_FOUND.value());
    assertThat(none.err())
        .contains("nothing to recover", "no channel backup that holds channels", "lnd-mainnet");
    assertThat(none.out()).isEmpty();

    Files.delete(home.resolve("nodes.json"));
    CommandRun without = recover("--yes");
    assertThat(without.code()).as(without.err()).isEqualTo(ExitCode.NOT_FOUND.value());
    assertThat(without.err()).contains("brought no Lightning node back");
  }

  @Test
  void a_migration_that_ended_has_nothing_to_recover() throws Exception {
    restored("DONE", "");
    Path home = restores.resolve("20261123T021500Z");
    Files.delete(home.resolve("nodes.json"));
    Path journal = home.resolve("journal.json");
    Files.writeString(
        journal,
        Files.readString(journal)
            .replace(
                "\"madeVolumes\": []",
                """
                "madeVolumes": [], "handover": {"state": "/nowhere", "installation": "aa",
                 "host": "new", "offer": "00", "key": "", "databases": {}, "byHand": false,
                 "givenUp": false, "remotes": []}\
                """));
    CommandRun run = recover("--yes");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.NOT_FOUND.value());
    assertThat(run.err()).contains("was a migration", "there is nothing to recover");
  }

  @Test
  void without_a_restore_that_ended_there_is_nothing_to_recover() throws Exception {
    assertThat(recover("--yes").code()).isEqualTo(ExitCode.NOT_FOUND.value());
    restored("SWAPPING", "good\naa:0\n");
    CommandRun run = recover("--yes");
    assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.REFUSED.value());
    assertThat(run.err()).contains("was cut short");
  }
}
