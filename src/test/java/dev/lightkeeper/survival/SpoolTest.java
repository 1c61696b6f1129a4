package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.stream.Streamer;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the local disk keeps while a remote cannot. */
class SpoolTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void stopping_publishes_what_is_observed() throws Exception {
    rig.startWithOneVersion();
    rig.proxy().delay(Duration.ofMillis(150));
    byte[] newest = rig.lnd().update(2);
    rig.awaitObserved(newest);
    assertThat(rig.installation().stop(Duration.ofSeconds(20)).behind()).isEmpty();
    Rig.assertNewest(newest, rig.folder().versionsOnDisk());
  }

  @Test
  void stopping_with_the_remote_down_says_what_is_left_and_spools_it() throws Exception {
    rig.startWithOneVersion();
    rig.sshd().stop();
    byte[] newest = rig.lnd().update(2);
    rig.awaitObserved(newest);
    Streamer.Leftover leftover = rig.installation().stop(Duration.ofMillis(500));
    assertThat(leftover.unkept()).isEmpty();
    assertThat(leftover.behind())
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.node()).isEqualTo(Rig.NODE.value());
              assertThat(left.behind()).isEqualTo(1);
            });
    assertThat(rig.spooled())
        .singleElement()
        .satisfies(v -> assertThat(v.hash()).isEqualTo(Sha256.of(newest)));
  }

  @Test
  void stopping_publishes_older_versions_too() throws Exception {
    rig.startWithOneVersion();
    rig.proxy().delay(Duration.ofMillis(150));
    for (int i = 1; i <= 20; i++) {
      rig.awaitObserved(rig.lnd().update(i));
    }
    assertThat(rig.installation().stop(Duration.ofSeconds(20)).behind()).isEmpty();
    assertThat(rig.folder().versionsOnDisk()).hasSize(21);
  }

  @Test
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void stopping_with_a_full_state_disk_says_what_is_kept_nowhere() throws Exception {
    try (SmallDisk disk = SmallDisk.at(rig.installation().state(), "128k")) {
      rig.startWithOneVersion();
      rig.sshd().stop();
      disk.fill();
      byte[] newest = rig.lnd().update(10);
      rig.awaitObserved(newest);

      Streamer.Leftover leftover = rig.installation().stop(Duration.ofMillis(500));

      assertThat(leftover.behind()).hasSize(1);
      assertThat(leftover.unkept()).anyMatch(w -> w.contains("version 2 is not in the spool"));
      rig.finish();
    }
  }

  @Test
  void what_was_spooled_is_sent_at_the_next_start_even_if_the_file_is_gone() throws Exception {
    rig.startWithOneVersion();
    rig.sshd().stop();
    byte[] newest = rig.lnd().update(2);
    rig.awaitObserved(newest);
    var _ = rig.installation().stop(Duration.ofMillis(100));
    Files.delete(rig.lnd().file());
    rig.sshd().restart();
    rig.installation().start();
    rig.awaitDurable(newest);
    rig.awaitAlert(Alert.Kind.VANISHED);
    Rig.patiently().untilAsserted(() -> assertThat(rig.spooled()).isEmpty());
  }

  @Test
  void what_waits_for_a_remote_survives_a_crash() throws Exception {
    rig.startWithOneVersion();
    rig.sshd().stop();
    byte[] newest = rig.lnd().update(2);
    Rig.patiently().untilAsserted(() -> assertThat(rig.spooled()).hasSize(1));
    rig.installation().close();
    Files.delete(rig.lnd().file());
    rig.sshd().restart();
    rig.installation().start();
    rig.awaitDurable(newest);
  }

  @Test
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void a_full_spool_disk_is_alerted_and_the_newest_still_arrives() throws Exception {
    try (SmallDisk disk = SmallDisk.at(rig.installation().state(), "128k")) {
      rig.startWithOneVersion();
      rig.sshd().stop();
      disk.fill();
      byte[] newest = {};
      for (int i = 10; i < 20; i++) {
        newest = rig.lnd().update(i);
        rig.awaitObserved(newest);
      }
      rig.awaitAlert(Alert.Kind.SPOOL);
      rig.sshd().restart();
      rig.awaitNewestOnDisk(newest);
      disk.free();
      rig.awaitDurable(newest);
      rig.awaitOver(Alert.Kind.SPOOL);
      rig.finish();
    }
  }

  @Test
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void a_spool_disk_that_has_room_again_takes_what_waited_in_memory() throws Exception {
    try (SmallDisk disk = SmallDisk.at(rig.installation().state(), "128k")) {
      rig.startWithOneVersion();
      rig.sshd().stop();
      disk.fill();
      byte[] newest = rig.lnd().update(10);
      rig.awaitAlert(Alert.Kind.SPOOL);
      disk.free();
      Rig.patiently()
          .untilAsserted(
              () ->
                  assertThat(rig.spooled())
                      .singleElement()
                      .satisfies(v -> assertThat(v.hash()).isEqualTo(Sha256.of(newest))));
      rig.awaitOver(Alert.Kind.SPOOL);
      rig.finish();
    }
  }

  @Test
  void a_damaged_ledger_costs_no_version() throws Exception {
    rig.startWithOneVersion();
    rig.installation().stop(Duration.ofSeconds(10));
    Files.writeString(rig.installation().state().resolve("nodes/alice.json"), "{\"last_seq");
    byte[] newest = rig.lnd().update(2);
    rig.installation().start();
    rig.awaitDurable(newest);
    HoldingStatus holding = rig.installation().holding(Rig.OFFSITE);
    assertThat(holding.behind()).isZero();
    assertThat(rig.folder().versionsOnDisk()).hasSize(2);
  }
}
