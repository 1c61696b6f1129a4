package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.testing.Browser;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, of a real daemon. Pictures of it are left in target/page. */
class StatusPageTest {
  private static final Path PICTURES = Path.of("target/page");

  @TempDir Path folder;
  private Browser browser;
  private StandInLnd alice;

  @BeforeEach
  void start() throws Exception {
    alice = new StandInLnd(folder.resolve("alice"));
    browser = Browser.start(Files.createDirectories(folder.resolve("browser")));
  }

  @AfterEach
  void stop() {
    browser.close();
  }

  @Test
  void it_shows_nodes_remotes_backup_and_alerts_and_a_change_without_being_loaded_again()
      throws Exception {
    alice.update(3);
    Files.createDirectories(folder.resolve("bob"));
    Files.writeString(folder.resolve("bob/emergency.recover"), "x".repeat(700));
    backupWas("complete");
    try (RunningDaemon daemon = RunningDaemon.start(configuration("[backup]\n"))) {
      browser.look(1100, 900, false, false);
      browser.open(daemon.page().toString());
      eventually(
          () ->
              assertThat(browser.text())
                  .contains("All is well", "alice", "LND", "bob", "Core Lightning", "#1")
                  .contains("offsite", "disk", "connected", "up to date, read back")
                  .contains("Services down for\n1.8 s", "3.0 GiB", "complete"));
      browser.value("window.loadedOnce = true");

      alice.update(4);

      eventually(() -> assertThat(browser.text()).contains("#2", "3 changes in the last hour"));
      browser.picture(PICTURES.resolve("light.png"));
      browser.look(1100, 900, false, true);
      browser.picture(PICTURES.resolve("dark.png"));

      Files.delete(folder.resolve("bob/emergency.recover"));

      browser.look(390, 844, true, false);
      eventually(
          () ->
              assertThat(browser.text())
                  .contains("Open alerts", "vanished", "node bob", "its file vanished")
                  .doesNotContain("All is well"));
      assertThat(browser.value("window.loadedOnce").asBoolean()).isTrue();
      assertThat(browser.value("document.documentElement.scrollWidth").asInt())
          .as("nothing sticks out on a phone")
          .isLessThanOrEqualTo(390);
      browser.picture(PICTURES.resolve("phone.png"));
      browser.look(390, 844, true, true);
      browser.picture(PICTURES.resolve("phone-dark.png"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void it_says_for_how_long_the_daemon_has_not_answered() throws Exception {
    alice.update(3);
    try (RunningDaemon daemon = RunningDaemon.start(configuration(""))) {
      browser.look(1100, 900, false, false);
      browser.open(daemon.page().toString());
      eventually(
          () -> assertThat(browser.text()).contains("All is well", "No backup is configured"));
    }

    eventually(
        () ->
            assertThat(browser.text())
                .contains(
                    "The daemon does not answer. What you see is ", " s old, of ", "not live"));
    assertThat(
            browser
                .value("getComputedStyle(document.getElementById('nodes').parentElement).opacity")
                .asDouble())
        .isLessThan(1);
    browser.picture(PICTURES.resolve("silent.png"));
  }

  @Test
  void without_a_change_there_is_no_picture_but_a_sentence() throws Exception {
    try (RunningDaemon daemon = RunningDaemon.start(configuration(""))) {
      browser.look(390, 844, true, false);
      browser.open(daemon.page().toString());
      eventually(
          () ->
              assertThat(browser.text())
                  .contains("waiting for its file", "none yet", "No change was seen yet."));
      browser.picture(PICTURES.resolve("empty.png"));
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void what_the_browser_is_told_stays_text() throws Exception {
    Path odd = Files.createDirectories(folder.resolve("<img src=x onerror=alert(1)>"));
    Path file = folder.resolve("lightkeeper.toml");
    Files.createDirectories(folder.resolve("offsite"));
    Files.writeString(
        file,
        """
        state = "%1$s/state"
        [nodes.alice]
        kind = "lnd"
        file = "%2$s/channel.backup"
        [remotes.offsite]
        url = "file://%1$s/offsite"
        [status]
        listen = "127.0.0.1:0"
        """
            .formatted(folder, odd));
    try (RunningDaemon daemon = RunningDaemon.start(file)) {
      browser.open(daemon.page().toString());
      eventually(
          () -> assertThat(browser.text()).contains("<img src=x onerror=alert(1)>/channel.backup"));
      assertThat(browser.value("document.querySelectorAll('main img').length").asInt()).isZero();
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private Path configuration(String more) throws IOException {
    for (String remote : new String[] {"offsite", "disk"}) {
      Files.createDirectories(folder.resolve(remote));
    }
    return Files.writeString(
        folder.resolve("lightkeeper.toml"),
        """
        state = "%1$s/state"
        [nodes.alice]
        kind = "lnd"
        file = "%1$s/alice/channel.backup"
        [nodes.bob]
        kind = "cln"
        file = "%1$s/bob/emergency.recover"
        [remotes.offsite]
        url = "file://%1$s/offsite"
        [remotes.disk]
        url = "file://%1$s/disk"
        [watch]
        poll = "200ms"
        [status]
        listen = "127.0.0.1:0"
        %2$s
        """
            .formatted(folder, more));
  }

  private void backupWas(String result) throws IOException {
    Files.createDirectories(folder.resolve("state"));
    Files.writeString(
        folder.resolve("state/backup.json"),
        """
        {"schema": 1, "result": "%s", "started_at": "2026-11-24T03:04:00Z",
         "finished_at": "2026-11-24T03:19:12Z", "duration_millis": 912000,
         "archive": "/backups/20261124T030400Z-backup.tar.gz.gpg", "bytes": 3221225472,
         "services_down_millis": 1840, "shipped": true, "problems": []}
        """
            .formatted(result));
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(90)).untilAsserted(assertion);
  }
}
