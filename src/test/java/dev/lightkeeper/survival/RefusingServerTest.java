package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server answers, and does not do what is asked. */
class RefusingServerTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void a_changed_host_key_is_refused_and_nothing_is_written_until_it_is_pinned() throws Exception {
    rig.startWithOneVersion();
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
    Rig.patiently().until(() -> Files.exists(rig.folder().convenienceCopy()));
    rig.sshd().stop();
    Map<Path, Sha256> before = rig.folder().everything();
    rig.sshd().replaceHostKey();
    byte[] newest = rig.lnd().update(2);
    rig.awaitObserved(newest);
    rig.awaitAlert(Alert.Kind.HOST_KEY);
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(6))
        .untilAsserted(
            () -> {
              assertThat(rig.folder().everything()).isEqualTo(before);
              assertThat(rig.alerts().open()).contains(Alert.Kind.HOST_KEY);
            });
    var _ = rig.sshd().target(rig.proxy().port()); // pins what the server shows now
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.HOST_KEY);
  }

  @Test
  void a_key_that_is_no_longer_let_in_is_alerted_and_works_when_put_back() throws Exception {
    rig.startWithOneVersion();
    Path authorized = rig.home().resolve("server/authorized_keys");
    String keys = Files.readString(authorized);
    Files.writeString(authorized, "");
    rig.sshd().restart();
    byte[] newest = rig.lnd().update(2);
    rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
    Rig.patiently()
        .untilAsserted(
            () ->
                assertThat(rig.alerts().open(Alert.Kind.REMOTE_FAILING))
                    .singleElement()
                    .extracting(Alert::message)
                    .asString()
                    .contains("authorized_keys"));
    Files.writeString(authorized, keys);
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  void a_target_folder_that_is_missing_is_alerted_and_used_once_it_is_made() throws Exception {
    Files.delete(rig.sshd().root());
    byte[] newest = rig.lnd().update(2);
    rig.installation().start();
    rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
    assertThat(rig.sshd().root()).doesNotExist();
    Files.createDirectory(rig.sshd().root());
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  void a_target_folder_that_goes_away_and_comes_back_empty_gets_the_newest() throws Exception {
    rig.startWithOneVersion();
    Path root = rig.sshd().root();
    Files.move(root, root.resolveSibling("moved"));
    rig.folder().forgetAll();
    byte[] newest = rig.lnd().update(2);
    rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
    Files.createDirectory(root);
    rig.awaitDurable(newest);
    rig.awaitAlertOnce(Alert.Kind.REMOTE_LOST);
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  void a_read_only_server_is_alerted_and_used_once_it_is_writable() throws Exception {
    rig.startWithOneVersion();
    Path config = rig.home().resolve("server/sshd_config");
    String writable = Files.readString(config);
    Files.writeString(config, writable.stripTrailing() + " -R\n");
    rig.sshd().restart();
    byte[] newest = rig.lnd().update(2);
    rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
    rig.awaitObserved(newest);
    Files.writeString(config, writable);
    rig.sshd().restart();
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void a_full_disk_tears_no_version_and_the_newest_arrives_when_there_is_room() throws Exception {
    try (SmallDisk disk = SmallDisk.at(rig.sshd().root(), "1m")) {
      rig.startWithOneVersion();
      disk.fill();
      rig.lnd().update(100);
      rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
      byte[] newest = rig.lnd().update(200);
      rig.awaitObserved(newest);
      rig.assertNothingTornCounts();
      disk.free();
      rig.awaitDurable(newest);
      rig.awaitOver(Alert.Kind.REMOTE_FAILING);
      rig.assertNothingTornCounts();
      rig.finish();
    }
  }

  @Test
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void a_disk_that_turns_read_only_is_alerted_and_used_once_it_is_writable() throws Exception {
    try (SmallDisk disk = SmallDisk.at(rig.sshd().root(), "1m")) {
      rig.startWithOneVersion();
      rig.sshd().stop(); // a file open for writing would refuse the remount
      disk.remount("ro");
      rig.sshd().restart();
      byte[] newest = rig.lnd().update(2);
      rig.awaitObserved(newest);
      rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
      disk.remount("rw");
      rig.awaitDurable(newest);
      rig.awaitOver(Alert.Kind.REMOTE_FAILING);
      rig.finish();
    }
  }

  @Test
  void a_version_lost_by_the_remote_is_alerted_and_published_again() throws Exception {
    byte[] newest = rig.startWithOneVersion();
    rig.folder().remove(rig.folder().versionsOnDisk().getLast());
    rig.sshd().restart();
    rig.awaitAlertOnce(Alert.Kind.REMOTE_LOST);
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.REMOTE_LOST);
  }

  @Test
  void a_remote_rolled_back_to_an_older_state_gets_the_newest_again() throws Exception {
    rig.startWithOneVersion();
    byte[] newest = {};
    for (int i = 1; i <= 4; i++) {
      newest = rig.lnd().update(i);
      rig.awaitDurable(newest);
    }
    rig.sshd().stop();
    for (int i = 0; i < 3; i++) {
      rig.folder().remove(rig.folder().versionsOnDisk().getLast());
    }
    rig.sshd().restart();
    rig.awaitAlertOnce(Alert.Kind.REMOTE_LOST);
    rig.awaitDurable(newest);
  }

  @Test
  void an_acknowledged_version_damaged_on_the_remote_is_published_again() throws Exception {
    byte[] newest = rig.startWithOneVersion();
    Path file = rig.folder().file(rig.folder().versionsOnDisk().getLast());
    rig.installation().stop(Duration.ZERO);
    damage(file);
    rig.installation().start();
    byte[] next = rig.lnd().update(2);
    rig.awaitDurable(next);
    assertThat(newest).isNotEqualTo(next);
    rig.folder().forgetAll();
    rig.assertNothingTornCounts();
  }

  private static void damage(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }
}
