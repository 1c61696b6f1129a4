package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.testing.StandInCln;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the node does to its file, seen from the remote. */
class NodeFileTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void an_empty_channel_backup_becomes_a_version_and_replaces_no_good_one() throws Exception {
    byte[] good = rig.startWithOneVersion();
    awaitCopy(good);
    byte[] empty = rig.lnd().update(0);
    assertThat(empty).hasSize(45);
    rig.awaitDurable(empty);
    rig.awaitAlert(Alert.Kind.EMPTIED);
    staysTheCopy(good);
    assertThat(rig.folder().versionsOnDisk()).hasSize(2);
  }

  @Test
  void a_file_of_no_bytes_replaces_no_good_one() throws Exception {
    byte[] good = rig.startWithOneVersion();
    awaitCopy(good);
    Files.write(rig.lnd().file(), new byte[0]);
    rig.awaitAlert(Alert.Kind.EMPTIED);
    rig.awaitDurable(new byte[0]);
    staysTheCopy(good);
  }

  @Test
  void an_empty_channel_backup_stays_an_alert_after_a_restart() throws Exception {
    byte[] good = rig.startWithOneVersion();
    awaitCopy(good);
    rig.installation().stop(Duration.ofSeconds(10));
    byte[] empty = rig.lnd().update(0);
    rig.installation().start();
    rig.awaitDurable(empty);
    rig.awaitAlert(Alert.Kind.EMPTIED);
    staysTheCopy(good);
  }

  @Test
  void a_new_installation_with_an_empty_channel_backup_replaces_no_good_one() throws Exception {
    byte[] good = rig.startWithOneVersion();
    awaitCopy(good);
    rig.installation().close();
    byte[] empty = rig.lnd().update(0);
    try (Installation fresh = rig.installation("fresh", rig.lnd().file(), rig.remote())) {
      fresh.start();
      rig.awaitNewestOnDisk(empty);
      Rig.patiently()
          .untilAsserted(() -> assertThat(fresh.alerts().open(Alert.Kind.EMPTIED)).isNotEmpty());
      staysTheCopy(good);
    }
  }

  @Test
  void a_good_channel_backup_after_an_empty_one_ends_the_alert() throws Exception {
    rig.startWithOneVersion();
    rig.awaitDurable(rig.lnd().update(0));
    rig.awaitAlert(Alert.Kind.EMPTIED);
    byte[] good = rig.lnd().update(4);
    rig.awaitDurable(good);
    rig.awaitOver(Alert.Kind.EMPTIED);
    awaitCopy(good);
  }

  @Test
  void a_file_that_vanished_is_alerted_and_its_versions_stay() throws Exception {
    byte[] good = rig.startWithOneVersion();
    awaitCopy(good);
    List<Version> before = rig.folder().versionsOnDisk();
    Files.delete(rig.lnd().file());
    rig.awaitAlert(Alert.Kind.VANISHED);
    assertThat(rig.folder().versionsOnDisk()).isEqualTo(before);
    staysTheCopy(good);
    byte[] again = rig.lnd().update(2);
    rig.awaitDurable(again);
    rig.awaitOver(Alert.Kind.VANISHED);
  }

  @Test
  void a_change_made_while_lightkeeper_was_down_arrives_at_the_next_start() throws Exception {
    rig.startWithOneVersion();
    rig.installation().stop(Duration.ofSeconds(10));
    byte[] newest = rig.lnd().update(2);
    rig.installation().start();
    rig.awaitDurable(newest);
  }

  @Test
  void the_same_content_after_a_restart_is_not_published_twice() throws Exception {
    byte[] content = rig.startWithOneVersion();
    rig.installation().stop(Duration.ofSeconds(10));
    rig.installation().start();
    rig.awaitDurable(content);
    Rig.patiently().until(() -> rig.installation().remote(Rig.OFFSITE).connected());
    byte[] next = rig.lnd().update(1);
    rig.awaitDurable(next);
    assertThat(rig.folder().versionsOnDisk()).hasSize(2);
  }

  @Test
  void a_clock_set_back_by_a_day_is_alerted_and_versions_stay_in_order() throws Exception {
    rig.startWithOneVersion();
    rig.installation().shiftClock(Duration.ofDays(-1));
    byte[] second = rig.lnd().update(1);
    rig.awaitDurable(second);
    rig.awaitAlert(Alert.Kind.CLOCK);
    byte[] newest = rig.lnd().update(2);
    rig.awaitDurable(newest);
    List<Version> versions = rig.folder().versionsOnDisk();
    assertThat(versions).extracting(Version::sequence).containsExactly(1L, 2L, 3L);
    assertThat(versions.getFirst().observedAt())
        .isAfter(versions.getLast().observedAt().plus(Duration.ofHours(23)));
  }

  @Test
  void payments_that_write_three_times_in_ten_milliseconds_end_with_the_newest() throws Exception {
    StandInCln cln = new StandInCln(rig.home().resolve("cln"));
    cln.firstStart();
    try (Installation installation =
        new Installation(
            rig.home().resolve("cln-state"),
            new Node(Rig.NODE, NodeKind.CLN, cln.file()),
            List.of(rig.remote()))) {
      installation.start();
      byte[] newest = churn(cln, Duration.ofMinutes(2));
      rig.awaitNewestOnDisk(newest);
      Rig.patiently().until(() -> installation.holding(Rig.OFFSITE).upToDate());
      assertThat(rig.folder().versionsOnDisk()).hasSizeGreaterThan(50);
      assertThat(installation.alerts().raised()).isEmpty();
      rig.assertNothingTornCounts();
    }
  }

  @Test
  void a_file_that_cannot_be_read_is_alerted_and_streamed_once_it_can() throws Exception {
    rig.startWithOneVersion();
    Path file = rig.lnd().file();
    Files.delete(file);
    Files.createDirectory(file);
    rig.awaitAlert(Alert.Kind.UNREADABLE);
    Files.delete(file);
    byte[] newest = rig.lnd().update(2);
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.UNREADABLE);
  }

  private static byte[] churn(StandInCln cln, Duration length) throws InterruptedException {
    byte[] newest = {};
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      for (int i = 1; i <= 3; i++) {
        newest = cln.update(i);
      }
      Thread.sleep(40);
    }
    return newest;
  }

  private void awaitCopy(byte[] content) {
    Rig.patiently()
        .untilAsserted(
            () -> assertThat(rig.folder().convenienceCopy()).exists().hasBinaryContent(content));
  }

  private void staysTheCopy(byte[] content) throws IOException {
    Rig.patiently()
        .during(Duration.ofSeconds(1))
        .untilAsserted(() -> assertThat(rig.folder().convenienceCopy()).hasBinaryContent(content));
  }
}
