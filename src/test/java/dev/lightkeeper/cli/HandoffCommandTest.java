package dev.lightkeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.handoff.Handoff;
import dev.lightkeeper.handoff.OfferDraft;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.handoff.OnDisk;
import dev.lightkeeper.health.SystemdNotifier;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandoffCommandTest {
  @TempDir Path dir;
  private Path config;
  private Path state;
  private Path database;
  private Node node;
  private Remote disk;

  @BeforeEach
  void site() throws IOException {
    state = Files.createDirectory(dir.resolve("state"));
    disk = new DirectoryRemote("disk", Files.createDirectory(dir.resolve("disk")));
    Path cln = Files.createDirectories(dir.resolve("cln/bitcoin"));
    database = Files.writeString(cln.resolve("lightningd.sqlite3"), "channels");
    Path file = Files.writeString(cln.resolve("emergency.recover"), "backup");
    node = new Node(new NodeName("alice"), NodeKind.CLN, file);
    config =
        Files.writeString(
            dir.resolve("lightkeeper.toml"),
            """
            state = "%s"
            [nodes.alice]
            kind = "cln"
            file = "%s"
            [remotes.disk]
            url = "file://%s"
            """
                .formatted(state, file, dir.resolve("disk")));
  }

  private Handoff offer(List<Remote> remotes) throws Exception {
    return new Offering(state, "old", "a".repeat(32), null, InstantSource.system())
        .make(
            OfferDraft.make(),
            Sha256.of("archive".getBytes(UTF_8)),
            OnDisk.databases(List.of(node)),
            List.of(node),
            remotes)
        .offer();
  }

  private CommandRun run(String... words) {
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--config";
    all[words.length + 1] = config.toString();
    return CommandRun.of(all);
  }

  @Test
  void offers_are_listed_with_how_they_stand() throws Exception {
    Handoff offer = offer(List.of(disk));

    CommandRun run = run("handoff", "list");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains(offer.id().abbreviated(), "alice", "open", "disk, this host");
    assertThat(run("handoff", "list", "--json").out())
        .contains("\"state\" : \"offered\"", offer.id().hex());
  }

  @Test
  void a_code_is_shown_with_what_it_cannot_know() throws Exception {
    var _ = offer(List.of());

    CommandRun run = run("handoff", "show");

    assertThat(run.code()).isZero();
    assertThat(run.out()).matches("LKH1-[\\w-]{160}\\R");
    assertThat(run.err()).contains("Valid until", "nothing stops a second one");
  }

  @Test
  void no_code_is_shown_of_an_offer_on_remotes_nor_of_one_that_is_void() throws Exception {
    assertThat(run("handoff", "show").code()).isEqualTo(10);
    var _ = offer(List.of());
    Files.writeString(database, "newer channels");

    CommandRun run = run("handoff", "show");

    assertThat(run.code()).isEqualTo(13);
    assertThat(run.err()).contains("ran again");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void a_released_offer_is_void_and_nothing_is_locked() throws Exception {
    var _ = offer(List.of(disk));

    assertThat(run("handoff", "release").code()).isZero();

    assertThat(run("handoff", "list").out()).contains("void: taken back");
    assertThat(run("handoff", "release").code()).isEqualTo(10);
  }

  @Test
  void the_guard_reports_what_it_holds() throws Exception {
    assertThat(run("guard", "--status").code()).isEqualTo(10);
    var _ = offer(List.of(disk));
    GuardDaemon daemon =
        new GuardDaemon(
            state,
            () ->
                new GuardDaemon.Settings(
                    List.of(node),
                    List.of(disk),
                    new Messenger(
                        new Config(
                            dir.resolve("lightkeeper.toml"),
                            state,
                            List.of(),
                            List.of(),
                            Config.WatchSection.DEFAULT,
                            null,
                            List.of(),
                            new Config.StatusSection(List.of(), Set.of(), false)))),
            () -> {
              throw new DeploymentException(
                  DeploymentException.Kind.NO_DOCKER, "no Docker here", "none needed");
            },
            SystemdNotifier.of(Map.of()));
    Thread guard =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    daemon.run();
                  } catch (CliException | InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> run("guard", "--status").out().contains("holds " + database));
      assertThat(run("guard").code()).as("a second one").isEqualTo(11);

      Files.writeString(database, "newer channels");
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> run("handoff", "list").out().contains("void: the source ran again"));
      assertThat(run("guard", "--status").code()).isEqualTo(3);
    } finally {
      daemon.stop();
      guard.join();
    }
  }
}
