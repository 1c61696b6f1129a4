package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.FreePort;
import dev.lightkeeper.testing.WebListener;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lightkeeper alert}. */
class AlertCommandTest {
  private static final String SECRET = "hunter2-not-to-be-seen";

  @TempDir Path dir;

  @Test
  void a_test_arrives_at_each_and_says_where_without_the_secret() throws Exception {
    try (WebListener web = WebListener.start(0)) {
      Path config = config(ntfy("phone", web.port()) + check("alive", web.port()));
      CommandRun run = CommandRun.of("alert", "--config", config.toString(), "--test");

      assertThat(run.code()).isEqualTo(0);
      assertThat(run.out())
          .contains("phone (ntfy at 127.0.0.1): delivered", "alive (healthchecks at 127.0.0.1)")
          .doesNotContain(SECRET);
      assertThat(web.posts())
          .extracting(WebListener.Post::path)
          .containsExactly("/" + SECRET, "/" + SECRET + "/log");
    }
  }

  @Test
  void one_that_cannot_be_reached_is_named_with_what_to_do() throws Exception {
    try (WebListener web = WebListener.start(0)) {
      Path config = config(ntfy("phone", web.port()) + ntfy("dead", FreePort.next()));
      CommandRun all = CommandRun.of("alert", "--config", config.toString(), "--test", "--json");
      CommandRun one = CommandRun.of("alert", "--config", config.toString(), "--test", "dead");

      assertThat(all.code()).isEqualTo(3);
      assertThat(all.out()).contains("\"exit_code\" : 3").doesNotContain(SECRET);
      assertThat(one.code()).isEqualTo(1);
      assertThat(one.out())
          .contains("dead (ntfy at 127.0.0.1): not delivered", "cannot be reached", "→")
          .doesNotContain(SECRET);
    }
  }

  @Test
  void a_name_that_is_not_there_and_an_empty_configuration_are_told_apart() throws Exception {
    assertThat(
            CommandRun.of("alert", "--config", config(ntfy("phone", 1)).toString(), "--test", "x")
                .code())
        .isEqualTo(10);
    assertThat(CommandRun.of("alert", "--config", config("").toString(), "--test").code())
        .isEqualTo(14);
  }

  @Test
  void open_alerts_are_listed_with_their_urgency_and_what_still_waits() throws Exception {
    Path config = config(ntfy("phone", 1));
    Path state = Files.createDirectories(dir.resolve("state"));
    Files.writeString(
        state.resolve("status.json"),
        """
        {"schema": 1, "version": "1", "daemon": "running", "at": "2026-11-24T10:00:00Z", "pid": 1,
         "started_at": "2026-11-24T10:00:00Z", "nodes": [], "remotes": [], "spool_bytes": 0,
         "alerts": [{"kind": "host-key", "remote": "offsite", "since": "2026-11-24T10:00:00Z",
                     "message": "somebody else answers"}]}
        """);
    CommandRun run = CommandRun.of("alert", "--config", config.toString());

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .contains("critical host-key remote offsite", "somebody else answers", "told to phone");
  }

  @Test
  void with_nothing_open_it_ends_with_0() throws Exception {
    CommandRun run = CommandRun.of("alert", "--config", config(ntfy("phone", 1)).toString());
    assertThat(run.code()).isEqualTo(0);
    assertThat(run.out()).contains("No alert is open.");
  }

  @Test
  void a_backup_that_fails_tells_by_itself_while_the_daemon_is_down() throws Exception {
    ToldFile command = ToldFile.in(dir);
    try (WebListener web = WebListener.start(0)) {
      Path config =
          config(
              command.section()
                  + """
                  [alerts.nightly]
                  kind = "healthchecks"
                  url = "http://127.0.0.1:%d/%s"
                  pings = "backup"
                  [backup]
                  passphrase_file = "%s/no-such-file"
                  environment = "%s/no-such-profile"
                  """
                      .formatted(web.port(), SECRET, dir, dir));
      CommandRun run = CommandRun.of("backup", "--config", config.toString(), "--quiet");

      assertThat(run.code()).isNotZero();
      assertThat(dir.resolve("state/backup.json")).content().contains("\"result\" : \"failed\"");
      assertThat(dir.resolve("told")).content().contains("backup-failed", "no archive was made");
      assertThat(web.posts().getLast().path()).isEqualTo("/" + SECRET + "/fail");
      assertThat(web.posts().getLast().body()).contains("no archive was made");

      CommandRun.of("backup", "--config", config.toString(), "--quiet");
      assertThat(command.told())
          .as("once while it goes on")
          .containsExactly("raised backup-failed");
    }
  }

  @Test
  void a_drill_that_fails_tells_by_itself_while_the_daemon_is_down() throws Exception {
    ToldFile command = ToldFile.in(dir);
    try (WebListener web = WebListener.start(0)) {
      Path config =
          config(
              command.section()
                  + """
                  [alerts.monthly]
                  kind = "healthchecks"
                  url = "http://127.0.0.1:%d/%s"
                  pings = "drill"
                  [backup]
                  environment = "%s/no-such-profile"
                  """
                      .formatted(web.port(), SECRET, dir));
      CommandRun run = CommandRun.of("drill", "--config", config.toString(), "--quiet");

      assertThat(run.code()).isNotZero();
      assertThat(dir.resolve("state/drill.json")).content().contains("\"result\" : \"failed\"");
      assertThat(dir.resolve("told")).content().contains("drill-failed", "could not be restored");
      assertThat(web.posts().getLast().path()).isEqualTo("/" + SECRET + "/fail");
      assertThat(web.posts().getLast().body()).contains("could not be restored");

      CommandRun.of("drill", "--config", config.toString(), "--quiet");
      assertThat(command.told()).as("once while it goes on").containsExactly("raised drill-failed");
    }
  }

  @Test
  void a_drill_that_was_called_wrongly_tells_nobody() throws Exception {
    try (WebListener web = WebListener.start(0)) {
      Path config = config(check("monthly", web.port()) + "pings = \"drill\"\n");

      CommandRun run =
          CommandRun.of("drill", "--config", config.toString(), "--scratch", dir + "/no-such");

      assertThat(run.code()).isEqualTo(2);
      assertThat(web.posts()).isEmpty();
      assertThat(dir.resolve("state/drill.json")).doesNotExist();
    }
  }

  private Path config(String alerts) throws Exception {
    Files.createDirectories(dir.resolve("state"));
    return Files.writeString(
        dir.resolve("lightkeeper.toml"),
        """
        state = "%s/state"
        [nodes.alice]
        kind = "lnd"
        file = "%s/channel.backup"
        [remotes.disk]
        url = "file://%s/disk"
        """
                .formatted(dir, dir, dir)
            + alerts);
  }

  private static String ntfy(String name, int port) {
    return "[alerts.%s]\nkind = \"ntfy\"\nurl = \"http://127.0.0.1:%d/%s\"\n"
        .formatted(name, port, SECRET);
  }

  private static String check(String name, int port) {
    return "[alerts.%s]\nkind = \"healthchecks\"\nurl = \"http://127.0.0.1:%d/%s\"\n"
        .formatted(name, port, SECRET);
  }
}
