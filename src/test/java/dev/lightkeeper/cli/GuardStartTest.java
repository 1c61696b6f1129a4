package dev.lightkeeper.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.handoff.ChannelDatabases;
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
import dev.lightkeeper.testing.NotifySocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code guard} does at a boot at which not all is as it should be. */
class GuardStartTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir Path dir;
  private Path state;
  private Path database;
  private String right;
  private NotifySocket systemd;
  private @Nullable Process guard;

  @BeforeEach
  void handOff() throws Exception {
    state = Files.createDirectory(dir.resolve("state"));
    Path cln = Files.createDirectories(dir.resolve("cln/bitcoin"));
    database = Files.writeString(cln.resolve("lightningd.sqlite3"), "channels");
    Path file = Files.writeString(cln.resolve("emergency.recover"), "backup");
    List<Node> nodes = List.of(new Node(new NodeName("alice"), NodeKind.CLN, file));
    Remote disk = new DirectoryRemote("disk", Files.createDirectory(dir.resolve("disk")));
    var _ =
        new Offering(state, "old", "a".repeat(32), null, InstantSource.system())
            .make(
                OfferDraft.make(),
                Sha256.of("archive".getBytes(UTF_8)),
                OnDisk.databases(nodes),
                nodes,
                List.of(disk));
    right =
        """
        state = "%1$s/state"
        [nodes.alice]
        kind = "cln"
        file = "%2$s"
        [remotes.disk]
        url = "file://%1$s/disk"
        """
            .formatted(dir, file);
    systemd = NotifySocket.at(notify("notify"));
  }

  private String notify(String name) {
    return dir.resolve(name).toString();
  }

  @AfterEach
  void end() throws Exception {
    systemd.close();
    if (guard != null) {
      guard.destroy();
      if (!guard.waitFor(60, TimeUnit.SECONDS)) {
        guard.destroyForcibly().waitFor();
      }
    }
  }

  private Path config(String text) throws IOException {
    return Files.writeString(dir.resolve("lightkeeper.toml"), text);
  }

  private Process guard(String text) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(OwnProgram.command("--config", config(text).toString(), "guard"))
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile());
    builder.environment().put("DOCKER_HOST", "unix://" + dir.resolve("no-docker"));
    builder.environment().put("NOTIFY_SOCKET", notify("notify"));
    Process started = builder.start();
    guard = started;
    return started;
  }

  private CommandRun status() {
    return CommandRun.of(
        "guard", "--status", "--config", dir.resolve("lightkeeper.toml").toString());
  }

  @Test
  void locks_are_held_whatever_is_wrong_with_the_configuration_and_remotes_follow_when_it_is_right()
      throws Exception {
    var _ = guard(right.replace("kind = \"cln\"", "kid = \"cln\""));
    String said = systemd.next();
    while (!said.equals("READY=1")) {
      assertThat(said).startsWith("STATUS=the configuration cannot be taken");
      said = systemd.next();
    }

    assertThat(ChannelDatabases.inUse(database)).isTrue();
    CommandRun status = status();
    assertThat(status.code()).isEqualTo(3);
    assertThat(status.out()).contains("holds " + database);
    assertThat(status.err()).contains("the configuration cannot be taken", "kid");
    assertThat(Files.readString(dir.resolve("log"))).contains("the configuration cannot be taken");

    Files.writeString(database, "channels that moved on");
    await().atMost(SOON).until(() -> status().out().contains("The offer is void"));
    assertThat(status().out()).contains("not yet told: every remote");
    assertThat(voids()).isFalse();
    var _ = config(right);
    await().atMost(SOON).until(this::voids);
    await().atMost(SOON).until(() -> !status().out().contains("not yet told"));
    assertThat(status().err()).doesNotContain("cannot be taken");
  }

  private boolean voids() throws IOException {
    try (Stream<Path> notes = Files.list(dir.resolve("disk/alice/handoff"))) {
      return notes.anyMatch(n -> String.valueOf(n.getFileName()).startsWith("void-"));
    }
  }

  @Test
  void a_guard_that_cannot_read_what_is_locked_fails_and_is_not_ready() throws Exception {
    Files.writeString(state.resolve("locked.json"), "{ torn");

    Process failed = guard(right);

    assertThat(failed.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(failed.exitValue()).isEqualTo(1);
    assertThat(Files.readString(dir.resolve("log"))).contains("locked.json", "never delete it");
    SystemdNotifier.of(Map.of("NOTIFY_SOCKET", notify("notify"))).status("the end");
    assertThat(systemd.next()).as("nothing before").isEqualTo("STATUS=the end");
  }

  @Test
  void systemd_tries_a_guard_that_failed_again() throws Exception {
    assertThat(Files.readAllLines(Path.of("systemd/lightkeeper-guard.service")))
        .contains("Restart=always", "RestartPreventExitStatus=11", "StartLimitIntervalSec=0");
  }
}
