package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.testing.FreePort;
import dev.lightkeeper.testing.StandInCln;
import dev.lightkeeper.testing.WebListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code watch} in a process of its own, and what it has others told by another one. */
class WatchTellsTest {
  private static final Duration SOON = Duration.ofMinutes(2);

  @TempDir Path dir;
  private StandInCln node;
  private Path disk;
  private @Nullable Process watch;

  @BeforeEach
  void prepare() throws Exception {
    node = new StandInCln(Files.createDirectories(dir.resolve("node")));
    node.update(2);
    disk = Files.createDirectory(dir.resolve("disk"));
  }

  @AfterEach
  void end() throws Exception {
    if (watch != null) {
      watch.destroy();
      if (!watch.waitFor(60, TimeUnit.SECONDS)) {
        watch.destroyForcibly().waitFor();
      }
    }
  }

  private void watch(String more) throws IOException {
    Path config =
        Files.writeString(
            dir.resolve("lightkeeper.toml"),
            """
            state = "%1$s/state"
            [nodes.alice]
            kind = "cln"
            file = "%2$s"
            [remotes.disk]
            url = "file://%3$s"
            [status]
            listen = "unix:%1$s/page"
            """
                    .formatted(dir, node.file(), disk)
                + more);
    watch =
        new ProcessBuilder(OwnProgram.command("--config", config.toString(), "watch"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
            .start();
    await().atMost(SOON).until(() -> status(config).contains("up to date, read back"));
  }

  private static String status(Path config) {
    return CommandRun.of("status", "--config", config.toString()).out();
  }

  @Test
  void a_channel_backup_that_became_empty_is_told_to_a_command_and_so_is_its_end()
      throws Exception {
    ToldFile command = ToldFile.in(dir);
    watch(command.section());
    assertThat(command.told()).isEmpty();

    node.update(0);
    await().atMost(SOON).until(() -> !command.told().isEmpty());
    assertThat(command.told()).containsExactly("raised emptied");

    node.update(3);
    await().atMost(SOON).until(() -> command.told().size() > 1);
    assertThat(command.told()).containsExactly("raised emptied", "recovered emptied");
  }

  @Test
  void a_remote_that_stays_away_is_told_to_a_webhook_once_that_is_there_and_so_is_its_end()
      throws Exception {
    int port = FreePort.next();
    watch(
        """
        [watch]
        behind = "1s"
        [alerts.hook]
        kind = "webhook"
        url = "http://127.0.0.1:%d/secret"
        """
            .formatted(port));
    Path away = Files.move(disk, dir.resolve("away"));
    Files.writeString(disk, "no folder");
    node.update(3);
    // Delivered for the first time, and in vain.
    Path queue = dir.resolve("state/alerts/queues/hook.json");
    await()
        .atMost(SOON)
        .until(() -> Files.exists(queue) && Files.readString(queue).contains("remote-behind"));

    try (WebListener web = WebListener.start(port)) {
      await().atMost(SOON).until(() -> !web.posts().isEmpty());
      assertThat(web.posts().getFirst().body()).contains("\"raised\"", "\"remote-behind\"");
      Files.delete(disk);
      Files.move(away, disk);
      await()
          .atMost(SOON)
          .until(() -> web.posts().getLast().body().contains("\"event\" : \"recovered\""));
    }
    assertThat(Files.readString(dir.resolve("log"))).doesNotContain("secret");
  }
}
