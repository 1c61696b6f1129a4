package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.scb.ScbFixtures;
import dev.lightkeeper.testing.SealedLnd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code channels}, {@code versions} and {@code check} with a backup key. */
class ChannelsCommandTest {
  private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123Z");

  @TempDir Path folder;

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectories(folder.resolve("disk"));
    Files.createDirectories(folder.resolve("keys"));
    Files.writeString(
        config(),
        """
        state = "%1$s/state"
        [nodes.alice]
        kind = "lnd"
        file = "%1$s/channel.backup"
        [nodes.bob]
        kind = "cln"
        file = "%1$s/emergency.recover"
        backup_key = "%1$s/bobs.key"
        [remotes.disk]
        url = "file://%1$s/disk"
        """
            .formatted(folder));
  }

  @Test
  void the_newest_version_on_the_remotes_is_opened_and_its_channels_listed() throws Exception {
    key();
    kept("alice", 1, SealedLnd.channels(1));
    kept("alice", 2, SealedLnd.channels(1, 2));

    CommandRun run = run("channels", "alice");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("version 2 of alice", "opens with its key, 2 channels", "from disk")
        .contains(SealedLnd.txid(2) + ":2", SealedLnd.peer(2), "1000002 sat", "127.0.0.1:9735");
  }

  @Test
  void an_earlier_version_is_listed_by_its_number_and_as_json() throws Exception {
    key();
    kept("alice", 1, SealedLnd.channels(7));
    kept("alice", 2, SealedLnd.channels(1, 2));

    JsonNode json =
        Json.parse(run("channels", "alice", "--version", "1", "--json").out(), JsonNode.class);

    assertThat(json.path("sequence").asLong()).isEqualTo(1);
    assertThat(json.path("count").asInt()).isEqualTo(1);
    assertThat(json.at("/channels/0/outpoint").asText()).isEqualTo(SealedLnd.txid(7) + ":1");
    assertThat(json.at("/channels/0/capacity").asLong()).isEqualTo(1_000_007);
    assertThat(json.at("/channels/0/short_channel_id").asText()).isEqualTo("258x3x4");
  }

  @Test
  void a_file_of_core_lightning_is_opened_with_the_key_that_the_configuration_names()
      throws Exception {
    Files.write(folder.resolve("bobs.key"), ScbFixtures.cln("scb-secret.json"));
    kept("bob", 1, ScbFixtures.cln("005.emergency.recover"));

    CommandRun run = run("channels", "bob");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("2 channels").contains("2000000 sat");
  }

  @Test
  void without_any_configuration_address_and_key_are_enough() throws Exception {
    kept("alice", 1, SealedLnd.channels(3));
    Path key = Files.write(folder.resolve("raw.key"), SealedLnd.key());

    CommandRun run =
        CommandRun.of(
            "channels",
            "--config=/nonexistent.toml",
            "--remote=" + folder.resolve("disk").toUri(),
            "--backup-key=" + key);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("1 channel");
  }

  @Test
  void a_file_on_this_host_is_opened_too() throws Exception {
    key();
    Path file = Files.write(folder.resolve("some.backup"), SealedLnd.channels(4, 5, 6));

    CommandRun run = run("channels", "alice", "--file", file.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("3 channels");
  }

  @Test
  void a_version_that_does_not_open_is_exit_code_12_and_says_what_to_do() throws Exception {
    key();
    kept("alice", 1, SealedLnd.seal(new byte[32], SealedLnd.plain(0, 0, List.of())));

    CommandRun run = run("channels", "alice");

    assertThat(run.code()).isEqualTo(12);
    assertThat(run.err()).contains("does not open with this node's key", "lightkeeper versions");
  }

  @Test
  void without_a_key_it_says_not_opened_and_how_to_get_one() throws Exception {
    kept("alice", 1, SealedLnd.channels(1));

    CommandRun run = run("channels", "alice");

    assertThat(run.code()).isEqualTo(12);
    assertThat(run.err()).contains("not opened: there is no key of alice", "lightkeeper key alice");
  }

  @Test
  void a_version_that_is_not_there_is_not_found() throws Exception {
    key();
    kept("alice", 1, SealedLnd.channels(1));

    assertThat(run("channels", "alice", "--version", "9").code()).isEqualTo(10);
    assertThat(run("channels", "alice", "--file", "/nonexistent").code()).isEqualTo(10);
  }

  @Test
  void channels_newer_than_this_program_are_counted_and_make_it_done_in_part() throws Exception {
    key();
    kept("alice", 1, SealedLnd.file(SealedLnd.single(3, 1), SealedLnd.entry(9, new byte[50])));

    CommandRun run = run("channels", "alice");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("2 channels", "version 9");
  }

  @Test
  void versions_say_what_each_added_and_lost_and_which_is_suspect() throws Exception {
    key();
    kept("alice", 1, SealedLnd.channels(1));
    kept("alice", 2, SealedLnd.channels(1, 2));
    kept("alice", 3, "damaged".repeat(100).getBytes(StandardCharsets.US_ASCII));
    kept("alice", 4, SealedLnd.channels(2, 3, 4));

    CommandRun run = run("versions", "alice");
    JsonNode json = Json.parse(run("versions", "alice", "--json").out(), JsonNode.class);

    assertThat(run.out().lines().filter(l -> l.startsWith("alice")).toList())
        .satisfiesExactly(
            l -> assertThat(l).contains(" 1  "),
            l -> assertThat(l).contains("2 (+1)"),
            l -> assertThat(l).contains("SUSPECT"),
            l -> assertThat(l).contains("3 (+2 -1)"));
    assertThat(json.at("/versions/3/lost/0").asText()).isEqualTo(SealedLnd.txid(1) + ":1");
    assertThat(json.at("/versions/3/added")).hasSize(2);
    assertThat(json.at("/versions/2/opened").asBoolean(true)).isFalse();
  }

  @Test
  void versions_are_listed_without_a_key_as_not_opened() throws Exception {
    kept("alice", 1, SealedLnd.channels(1));

    assertThat(run("versions", "alice").out()).contains("not opened");
  }

  @Test
  void check_says_whether_each_file_opens() throws Exception {
    key();
    Files.write(folder.resolve("channel.backup"), SealedLnd.channels(1, 2));
    Files.write(folder.resolve("emergency.recover"), ScbFixtures.cln("005.emergency.recover"));

    CommandRun well = run("check");
    Files.write(folder.resolve("bobs.key"), ScbFixtures.cln("empty.scb-secret.json"));
    CommandRun wrong = run("check");

    assertThat(well.code()).as(well.out()).isZero();
    assertThat(well.out())
        .contains("opens with its key: 2 channels", "not opened: there is no key");
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.out()).contains("FAILED  node bob", "does not open", "lightkeeper key bob");
  }

  @Test
  void a_key_file_that_holds_no_key_is_pointed_out_and_stops_nothing() throws Exception {
    Files.writeString(folder.resolve("keys").resolve("alice"), "no key");
    kept("alice", 1, SealedLnd.channels(1));

    CommandRun run = run("versions", "alice");

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("holds no backup key");
    assertThat(run.out()).contains("not opened");
  }

  private void key() throws IOException {
    Files.writeString(
        folder.resolve("keys").resolve("alice"), HexFormat.of().formatHex(SealedLnd.key()) + "\n");
  }

  private CommandRun run(String command, String... more) {
    String[] arguments = new String[more.length + 3];
    arguments[0] = command;
    arguments[1] = "--config";
    arguments[2] = config().toString();
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(arguments);
  }

  private void kept(String node, long sequence, byte[] content) throws IOException {
    Version version = new Version(sequence, AT.plusSeconds(sequence), Sha256.of(content));
    Path versions = Files.createDirectories(folder.resolve("disk").resolve(node + "/versions"));
    Files.write(versions.resolve(version.fileName()), content);
  }

  private Path config() {
    return folder.resolve("lightkeeper.toml");
  }
}
