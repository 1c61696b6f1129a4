package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Which archive {@code latest} is, of this host's and those of remotes that are directories. */
class ArchiveChoiceTest {
  private static final Instant AT = Instant.parse("2026-11-20T02:15:00Z");

  @TempDir Path folder;
  private final StringWriter said = new StringWriter();

  @Command
  private static final class Asked {
    @Mixin private final GlobalOptions global = new GlobalOptions();
  }

  @BeforeEach
  void configure() throws IOException {
    for (String place : List.of("one", "two", "here")) {
      Files.createDirectories(folder.resolve(place).resolve("archives"));
    }
    Files.createDirectory(folder.resolve("fetched"));
    Files.writeString(
        folder.resolve("lightkeeper.toml"),
        "state = \"%1$s/state\"\n[backup]\nfolder = \"%1$s/here/archives\"\n".formatted(folder));
  }

  private Path latest() throws Exception {
    Asked asked = new Asked();
    var _ = new CommandLine(asked).setErr(new PrintWriter(said, true));
    Config config = ConfigFile.read(folder.resolve("lightkeeper.toml"), Map.of());
    List<Remote> remotes =
        List.of(
            new DirectoryRemote("one", folder.resolve("one")),
            new DirectoryRemote("two", folder.resolve("two")));
    return new ArchiveChoice(asked.global, Optional.of(config), remotes, false, false)
        .get(ArchiveChoice.LATEST, () -> folder.resolve("fetched"));
  }

  @Test
  void a_newer_one_on_a_remote_is_taken_and_that_is_said() throws Exception {
    kept("here", 0);
    kept("one", 1);
    ArchiveName newest = kept("two", 2);

    assertThat(latest()).isEqualTo(fetched(newest)).hasContent("archive of 2");
    assertThat(said.toString())
        .contains("taking " + newest + " from two, which is newer than the newest on this host");
  }

  @Test
  void the_newest_of_this_host_is_taken_where_no_remote_has_a_newer_one() throws Exception {
    ArchiveName newest = kept("here", 1);
    kept("one", 0);
    kept("two", 1);

    assertThat(latest()).isEqualTo(file("here", newest));
    assertThat(said.toString()).contains("no remote is known to have a newer one");
  }

  @Test
  void one_on_a_remote_that_is_not_whole_is_no_newer_one() throws Exception {
    ArchiveName newest = kept("here", 1);
    Files.delete(folder.resolve("one/archives").resolve(kept("one", 2).manifestName()));

    assertThat(latest()).isEqualTo(file("here", newest));
  }

  @Test
  void a_remote_that_cannot_be_asked_is_told_and_this_host_s_newest_taken() throws Exception {
    ArchiveName newest = kept("here", 1);
    Files.move(folder.resolve("two"), folder.resolve("away"));

    assertThat(latest()).isEqualTo(file("here", newest));
    assertThat(said.toString()).contains("warning: two: ");
  }

  @Test
  void what_an_earlier_run_fetched_is_taken_only_if_its_hash_is_right() throws Exception {
    ArchiveName name = kept("one", 0);
    Files.writeString(fetched(name), "archive of 9");

    assertThat(latest()).isEqualTo(fetched(name)).hasContent("archive of 0");

    // Were it fetched once more, this would fail.
    Files.writeString(file("one", name), "archive of 7");
    assertThat(latest()).hasContent("archive of 0");
  }

  private Path fetched(ArchiveName name) {
    return folder.resolve("fetched").resolve(name.fileName());
  }

  private Path file(String place, ArchiveName name) {
    return folder.resolve(place).resolve("archives").resolve(name.fileName());
  }

  private ArchiveName kept(String place, int day) throws IOException {
    ArchiveName name = new ArchiveName(AT.plus(Duration.ofDays(day)), false, true);
    byte[] content = ("archive of " + day).getBytes(StandardCharsets.UTF_8);
    Files.write(file(place, name), content);
    Files.write(
        folder.resolve(place).resolve("archives").resolve(name.manifestName()),
        new ArchiveManifest(content.length, Sha256.of(content)).toJson());
    return name;
  }
}
