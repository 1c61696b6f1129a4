package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.handoff.OfferDraft;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.handoff.OnDisk;
import dev.lightkeeper.handoff.Release;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code guard} with no more capabilities than its unit leaves it, while the watcher is down. */
class GuardTellsTest {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final int WATCHER = 65_534;
  private static final int NODE = 4_321;

  @TempDir Path dir;
  private Path state;
  private Path database;
  private List<Remote> remotes;
  private ToldFile command;
  private @Nullable Process guard;

  @BeforeEach
  void handOff() throws Exception {
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx--x--x"));
    state = Files.createDirectory(dir.resolve("state"));
    Path mainnet = Files.createDirectories(dir.resolve("data/chain/bitcoin/mainnet"));
    Path backup = Files.write(mainnet.resolve("channel.backup"), new byte[400]);
    database = Files.createDirectories(dir.resolve("data/graph/mainnet")).resolve("channel.db");
    Files.writeString(database, "channels");
    remotes = List.of(new DirectoryRemote("disk", Files.createDirectory(dir.resolve("disk"))));
    List<Node> nodes = List.of(new Node(new NodeName("alice"), NodeKind.LND, backup));
    var _ =
        new Offering(state, "old", "a".repeat(32), null, InstantSource.system())
            .make(
                OfferDraft.make(), Sha256.of(new byte[1]), OnDisk.databases(nodes), nodes, remotes);
    Path told = Files.createDirectory(dir.resolve("told"));
    command = ToldFile.in(told);
    own(dir.resolve("data"), NODE);
    own(state, WATCHER);
    own(told, WATCHER);
    Files.writeString(
        dir.resolve("lightkeeper.toml"),
        """
        state = "%1$s/state"
        [nodes.alice]
        kind = "lnd"
        file = "%2$s"
        [remotes.disk]
        url = "file://%1$s/disk"
        """
                .formatted(dir, backup)
            + command.section());
  }

  private static void own(Path folder, int user) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.setAttribute(path, "unix:gid", user);
        Files.setAttribute(path, "unix:uid", user);
        if (Files.isDirectory(path)) {
          Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
      }
    }
  }

  @AfterEach
  void end() throws Exception {
    if (guard != null) {
      guard.destroy();
      if (!guard.waitFor(60, TimeUnit.SECONDS)) {
        guard.destroyForcibly().waitFor();
      }
    }
  }

  private static String boundingSet() throws IOException {
    return Files.readAllLines(Path.of("systemd/lightkeeper-guard.service")).stream()
        .filter(l -> l.startsWith("CapabilityBoundingSet="))
        .flatMap(l -> Stream.of(l.substring(l.indexOf('=') + 1).split(" ")))
        .map(c -> ",+" + c.substring("CAP_".length()).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("", "-all", ""));
  }

  private void guard() throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--bounding-set=" + boundingSet(),
                "--inh-caps=-all",
                "--no-new-privs",
                "--"));
    line.addAll(
        OwnProgram.command("--config", dir.resolve("lightkeeper.toml").toString(), "guard"));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("DOCKER_HOST", "unix://" + dir.resolve("no-docker"));
    guard = builder.redirectOutput(dir.resolve("log").toFile()).start();
    await()
        .atMost(SOON)
        .until(
            () ->
                CommandRun.of("guard", "--status", "-c", dir.resolve("lightkeeper.toml").toString())
                    .out()
                    .contains("holds " + database));
  }

  @Test
  void a_node_that_ran_is_told_by_the_guard_itself_as_the_watchers_account_and_so_is_the_end()
      throws Exception {
    guard();
    assertThat(command.told()).isEmpty();

    Files.writeString(database, "channels that moved on");
    await().atMost(SOON).until(() -> !command.told().isEmpty());
    assertThat(command.told()).containsExactly("raised handoff");
    assertThat(Files.getAttribute(command.file(), "unix:uid")).isEqualTo(WATCHER);
    try (Stream<Path> left = Files.walk(state.resolve("alerts"))) {
      assertThat(left)
          .allSatisfy(p -> assertThat(Files.getAttribute(p, "unix:uid")).isEqualTo(WATCHER));
    }

    var _ =
        new Release(
                state,
                "old",
                remotes,
                () -> {
                  throw new IllegalStateException("nobody may ask for Docker");
                },
                InstantSource.system())
            .run(false);
    await().atMost(SOON).until(() -> command.told().size() > 1);
    assertThat(command.told()).containsExactly("raised handoff", "recovered handoff");
  }
}
