package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code archives}, {@code prune} and {@code fetch --archive} over remotes that are directories.
 */
class ArchivesCommandTest {
  private static final Instant AT = Instant.parse("2026-11-20T02:15:00Z");

  @TempDir Path folder;

  @BeforeEach
  void configure() throws IOException {
    for (String place : new String[] {"one", "two", "here"}) {
      Files.createDirectories(folder.resolve(place).resolve("archives"));
    }
    Files.writeString(
        config(),
        """
        state = "%1$s/state"
        [remotes.one]
        url = "file://%1$s/one"
        [remotes.two]
        url = "file://%1$s/two"
        [backup]
        folder = "%1$s/here/archives"
        keep = { last = 2 }
        """
            .formatted(folder));
  }

  @Test
  void archives_here_and_on_every_remote_are_listed() throws Exception {
    ArchiveName name = kept("here", 0);
    kept("one", 0);
    torn("two", 1);

    CommandRun run = run("archives");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .anyMatch(l -> l.matches("this host .*yes  +yes  +" + name))
        .anyMatch(l -> l.matches("one .*yes  +yes  +" + name))
        .anyMatch(l -> l.matches("two .*yes  +NO  +.*"));
  }

  @Test
  void archives_are_objects_with_json() throws Exception {
    ArchiveName name = kept("one", 0);
    JsonNode entry =
        Json.parse(run("archives", "--json").out(), JsonNode.class).path("archives").path(0);
    assertThat(entry.path("name").asText()).isEqualTo(name.fileName());
    assertThat(entry.path("place").asText()).isEqualTo("one");
    assertThat(entry.path("complete").asBoolean()).isTrue();
    assertThat(entry.path("time").asText()).isEqualTo("2026-11-20T02:15:00Z");
  }

  @Test
  void no_archive_at_all_is_not_found() {
    assertThat(run("archives").code()).isEqualTo(10);
  }

  @Test
  void a_remote_that_cannot_be_read_makes_it_done_in_part() throws Exception {
    kept("one", 0);
    Files.move(folder.resolve("two"), folder.resolve("away"));
    CommandRun run = run("archives");
    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("warning: two: ");
  }

  @Test
  void without_a_configuration_the_remotes_address_is_enough() throws Exception {
    ArchiveName name = kept("one", 0);
    CommandRun run =
        CommandRun.of(
            "archives", "--config=/nonexistent.toml", "--remote=" + folder.resolve("one").toUri());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains(name.fileName());
  }

  @Test
  void a_dry_run_of_prune_says_what_and_why_and_removes_nothing() throws Exception {
    ArchiveName old = kept("one", 0);
    kept("one", 1);
    kept("one", 2);

    CommandRun run = run("prune", "--dry-run");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .anyMatch(l -> l.matches("one +" + old + " +to be removed +no rule keeps it"))
        .anyMatch(l -> l.endsWith("kept           newest complete; last 1 of 2"));
    assertThat(file("one", old)).exists();
  }

  @Test
  void prune_removes_here_and_there() throws Exception {
    for (int day = 0; day < 4; day++) {
      kept("here", day);
      kept("one", day);
    }
    CommandRun run = run("prune");
    assertThat(run.code()).as(run.err()).isZero();
    for (String place : new String[] {"here", "one"}) {
      assertThat(file(place, name(0))).doesNotExist();
      assertThat(file(place, name(1))).doesNotExist();
      assertThat(file(place, name(2))).exists();
      assertThat(file(place, name(3))).exists();
    }
  }

  @Test
  void prune_without_a_backup_section_is_refused() throws Exception {
    Files.writeString(
        config(),
        Files.readString(config()).replaceAll("(?s)\\[backup].*", "")
            + "[nodes.a]\nkind = \"lnd\"\nfile = \"/x/channel.backup\"\n");
    assertThat(run("prune").code()).isEqualTo(14);
  }

  @Test
  void the_latest_complete_archive_is_fetched_and_checked() throws Exception {
    kept("one", 0);
    kept("two", 1);
    torn("one", 2);
    Path to = folder.resolve("fetched");

    CommandRun run = run("fetch", "--archive", "latest", "--output", to.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(to).hasContent("archive of 1");
    assertThat(run.out()).contains("from two; its hash is right");
  }

  @Test
  void an_archive_is_fetched_by_its_name_or_its_time() throws Exception {
    ArchiveName name = kept("one", 0);
    kept("one", 1);
    Path to = folder.resolve("fetched");
    assertThat(run("fetch", "--archive", name.fileName(), "-o" + to).code()).isZero();
    assertThat(to).hasContent("archive of 0");

    assertThat(run("fetch", "--archive", "20261121T021500Z", "-o" + to).code()).isEqualTo(1);
    assertThat(to).hasContent("archive of 0");
    assertThat(run("fetch", "--archive", "20261121T021500Z", "--force", "-o" + to).code()).isZero();
    assertThat(to).hasContent("archive of 1");
  }

  @Test
  void a_damaged_archive_is_not_delivered() throws Exception {
    ArchiveName name = kept("one", 0);
    Files.writeString(file("one", name), "archive of 7");
    Path to = folder.resolve("fetched");
    CommandRun run = run("fetch", "--archive", "latest", "-o" + to);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("damaged");
    assertThat(to).doesNotExist();
  }

  @Test
  void an_archive_that_is_not_there_is_not_found() throws Exception {
    kept("one", 0);
    assertThat(run("fetch", "--archive", "20200101T000000Z").code()).isEqualTo(10);
  }

  private CommandRun run(String command, String... more) {
    String[] arguments = new String[more.length + 2];
    arguments[0] = command;
    arguments[1] = "--config=" + config();
    System.arraycopy(more, 0, arguments, 2, more.length);
    return CommandRun.of(arguments);
  }

  private ArchiveName kept(String place, int day) throws IOException {
    ArchiveName name = torn(place, day);
    byte[] content = Files.readAllBytes(file(place, name));
    Files.write(
        folder.resolve(place).resolve("archives").resolve(name.manifestName()),
        new ArchiveManifest(content.length, Sha256.of(content)).toJson());
    return name;
  }

  private ArchiveName torn(String place, int day) throws IOException {
    ArchiveName name = name(day);
    Files.write(file(place, name), ("archive of " + day).getBytes(StandardCharsets.UTF_8));
    return name;
  }

  private static ArchiveName name(int day) {
    return new ArchiveName(AT.plus(Duration.ofDays(day)), false, true);
  }

  private Path file(String place, ArchiveName name) {
    return folder.resolve(place).resolve("archives").resolve(name.fileName());
  }

  private Path config() {
    return folder.resolve("lightkeeper.toml");
  }
}
