package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code versions} and {@code fetch} over remotes that are directories. */
class FetchCommandTest {
  private static final Instant AT = Instant.parse("2026-11-23T10:00:00.123Z");

  @TempDir Path folder;

  @BeforeEach
  void configure() throws IOException {
    Files.createDirectories(folder.resolve("one"));
    Files.createDirectories(folder.resolve("two"));
    Files.writeString(
        config(),
        """
        state = "%1$s"
        [nodes.alice]
        kind = "lnd"
        file = "%1$s/node/channel.backup"
        [remotes.one]
        url = "file://%1$s/one"
        [remotes.two]
        url = "file://%1$s/two"
        """
            .formatted(folder));
  }

  @Test
  void a_place_that_cannot_be_written_is_named_with_what_to_do() throws Exception {
    kept("one", "alice", 1, content(1));
    Path missing = folder.resolve("nowhere/file");

    CommandRun toFolder = CommandRun.of("fetch", "-c", config().toString(), "-o", "" + folder);
    CommandRun nowhere = CommandRun.of("fetch", "-c", config().toString(), "-o", "" + missing);

    assertThat(toFolder.code()).isEqualTo(1);
    assertThat(toFolder.err()).contains(folder + " is a folder", "name a file in it");
    assertThat(nowhere.code()).isEqualTo(1);
    assertThat(nowhere.err())
        .contains(missing + " cannot be written: its folder does not exist")
        .doesNotContain(".part", "Exception");
  }

  @Test
  void an_address_of_another_kind_is_a_usage_error() {
    CommandRun run = CommandRun.of("versions", "--remote", "http://example.com/lightkeeper");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("neither sftp:// nor file://");
  }

  @Test
  void the_newest_of_all_remotes_is_fetched() throws Exception {
    kept("one", "alice", 1, content(1));
    kept("two", "alice", 2, content(2));

    CommandRun run = fetch();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(output()).hasContent(content(2));
    assertThat(run.out()).contains("version 2 of alice", "from two");
    assertThat(run.err()).contains("lncli restorechanbackup --multi_file=", "emergencyrecover");
  }

  @Test
  void sequence_not_time_tells_which_is_the_newest() throws Exception {
    kept("one", "alice", 1, content(1), AT.plusSeconds(86400));
    kept("one", "alice", 2, content(2), AT);

    fetch();

    assertThat(output()).hasContent(content(2));
  }

  @Test
  void a_torn_newest_is_passed_over_with_a_warning() throws Exception {
    kept("one", "alice", 1, content(1));
    torn("one", "alice", 2);

    CommandRun run = fetch();

    assertThat(run.code()).isZero();
    assertThat(output()).hasContent(content(1));
    assertThat(run.err()).contains("warning: version 2 on one is torn");
  }

  @Test
  void a_version_torn_on_one_remote_is_fetched_from_another() throws Exception {
    kept("one", "alice", 1, content(1));
    torn("two", "alice", 2);
    kept("one", "alice", 2, content(2));

    fetch();

    assertThat(output()).hasContent(content(2));
  }

  @Test
  void an_older_version_is_fetched_by_its_number() throws Exception {
    kept("one", "alice", 1, content(1));
    kept("one", "alice", 2, content(2));

    assertThat(fetch("--version", "1").code()).isZero();
    assertThat(output()).hasContent(content(1));
  }

  @Test
  void a_number_that_is_not_there_is_not_found() throws Exception {
    kept("one", "alice", 1, content(1));

    CommandRun run = fetch("--version", "9");

    assertThat(run.code()).isEqualTo(10);
    assertThat(output()).doesNotExist();
  }

  @Test
  void a_remote_that_cannot_be_read_makes_it_done_in_part() throws Exception {
    kept("one", "alice", 1, content(1));
    Files.delete(folder.resolve("two"));

    CommandRun run = fetch();

    assertThat(run.code()).isEqualTo(3);
    assertThat(output()).hasContent(content(1));
    assertThat(run.err()).contains("warning: two: ");
  }

  @Test
  void a_file_that_is_there_is_replaced_only_by_force() throws Exception {
    kept("one", "alice", 1, content(1));
    Files.writeString(output(), "mine");

    assertThat(fetch().code()).isEqualTo(1);
    assertThat(output()).hasContent("mine");

    assertThat(fetch("--force").code()).isZero();
    assertThat(output()).hasContent(content(1));
  }

  @Test
  void the_file_is_its_owners_alone_and_nothing_is_left_beside_it() throws Exception {
    kept("one", "alice", 1, content(1));
    Path fresh = Files.createDirectory(folder.resolve("fresh"));

    fetch("--output", fresh.resolve("scb").toString());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh.resolve("scb"))))
        .isEqualTo("rw-------");
    try (var files = Files.list(fresh)) {
      assertThat(files).containsExactly(fresh.resolve("scb"));
    }
  }

  @Test
  void of_several_nodes_one_must_be_named() throws Exception {
    kept("one", "alice", 1, content(1));
    kept("one", "bob", 1, content(2));

    CommandRun run = fetch();

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("alice, bob");
    assertThat(fetch("bob").code()).isZero();
    assertThat(output()).hasContent(content(2));
  }

  @Test
  void a_version_without_channels_is_fetched_with_a_warning() throws Exception {
    kept("one", "alice", 1, content(1));
    kept("one", "alice", 2, "x".repeat(45));

    assertThat(fetch().err()).contains("this version holds no channel");
  }

  @Test
  void without_a_configuration_the_remotes_address_is_enough() throws Exception {
    kept("one", "alice", 1, content(1));

    CommandRun run =
        CommandRun.of(
            "fetch",
            "--config=/nonexistent.toml",
            "--remote=" + folder.resolve("one").toUri(),
            "--output=" + output());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(output()).hasContent(content(1));
  }

  @Test
  void without_a_configuration_sftp_needs_a_key() {
    CommandRun run = CommandRun.of("fetch", "--remote=sftp://a@localhost/b", "-o" + output());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--key FILE");
  }

  @Test
  void a_key_that_is_not_there_is_told_before_anything_else_is_tried() {
    CommandRun run =
        CommandRun.of(
            "fetch",
            "--remote=sftp://a@localhost/b",
            "--key=" + folder.resolve("none"),
            "-o" + output());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--key " + folder.resolve("none") + " is not a file");
  }

  @Test
  void what_was_fetched_is_an_object_with_json() throws Exception {
    kept("one", "alice", 1, content(1));

    Map<?, ?> json = Json.parse(fetch("--json").out(), Map.class);

    assertThat(json.get("sequence")).isEqualTo(1);
    assertThat(json.get("sha256")).isEqualTo(hash(content(1)).hex());
    assertThat(json.get("output")).isEqualTo(output().toString());
  }

  @Test
  void versions_lists_what_is_whole_and_apart_from_it_what_is_torn() throws Exception {
    kept("one", "alice", 1, content(1));
    kept("two", "alice", 2, content(2));
    torn("one", "alice", 3);

    CommandRun run = CommandRun.of("versions", "-c", config().toString());

    assertThat(run.code()).isZero();
    assertThat(run.out().lines().filter(l -> l.startsWith("alice"))).hasSize(2);
    assertThat(run.out()).contains("torn, not a version: alice on one: 000000000003-");
  }

  @Test
  void versions_lists_the_last_ones_or_all() throws Exception {
    for (int i = 1; i <= 30; i++) {
      kept("one", "alice", i, content(i));
    }

    assertThat(sequences()).hasSize(20).startsWith(11L).endsWith(30L);
    assertThat(sequences("--last", "2")).containsExactly(29L, 30L);
    assertThat(sequences("--all")).hasSize(30);
  }

  @Test
  void no_version_at_all_is_not_found() {
    CommandRun run = CommandRun.of("versions", "-c", config().toString());

    assertThat(run.code()).isEqualTo(10);
  }

  @Test
  void a_remote_that_is_not_configured_is_not_found() {
    CommandRun run = CommandRun.of("versions", "-c", config().toString(), "--remote", "three");

    assertThat(run.code()).isEqualTo(10);
    assertThat(run.err()).contains("known are: one, two");
  }

  private List<Long> sequences(String... more) throws IOException {
    String[] arguments = concatenated(new String[] {"versions", "--json", "-c" + config()}, more);
    JsonNode listing = Json.parse(CommandRun.of(arguments).out(), JsonNode.class);
    List<Long> sequences = new ArrayList<>();
    listing.path("versions").forEach(v -> sequences.add(v.path("sequence").asLong()));
    return sequences;
  }

  private CommandRun fetch(String... more) {
    boolean placed = List.of(more).contains("--output");
    String[] first =
        placed
            ? new String[] {"fetch", "-c" + config()}
            : new String[] {"fetch", "-c" + config(), "-o" + output()};
    return CommandRun.of(concatenated(first, more));
  }

  private static String[] concatenated(String[] first, String[] second) {
    return Stream.of(first, second).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private static String content(int i) {
    return ("channels of " + i + " ").repeat(10);
  }

  private void kept(String remote, String node, long sequence, String content) throws IOException {
    kept(remote, node, sequence, content, AT.plusSeconds(sequence));
  }

  private void kept(String remote, String node, long sequence, String content, Instant at)
      throws IOException {
    write(remote, node, new Version(sequence, at, hash(content)), content);
  }

  private void torn(String remote, String node, long sequence) throws IOException {
    Version version = new Version(sequence, AT.plusSeconds(sequence), hash(content(99)));
    write(remote, node, version, "half of it");
  }

  private void write(String remote, String node, Version version, String content)
      throws IOException {
    Path versions =
        Files.createDirectories(folder.resolve(remote).resolve(node).resolve("versions"));
    Files.writeString(versions.resolve(version.fileName()), content);
  }

  private static Sha256 hash(String content) {
    return Sha256.of(content.getBytes(StandardCharsets.UTF_8));
  }

  private Path output() {
    return folder.resolve("fetched");
  }

  private Path config() {
    return folder.resolve("lightkeeper.toml");
  }
}
