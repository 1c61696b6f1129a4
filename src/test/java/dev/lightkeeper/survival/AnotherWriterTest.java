package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.testing.StandInLnd;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two live copies of one node lose funds: both installations say so. */
class AnotherWriterTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void two_installations_that_stream_one_node_both_alert_and_lose_nothing() throws Exception {
    StandInLnd copy = new StandInLnd(rig.home().resolve("copy"));
    byte[] first = rig.startWithOneVersion();
    try (Installation other = rig.installation("other", copy.file(), rig.remote())) {
      byte[] second = copy.update(5);
      other.start();
      rig.awaitNewestOnDisk(second);
      byte[] third = rig.lnd().update(4);
      awaitOnDisk(third);
      awaitAlert(other);
      awaitAlert(rig.installation());
      awaitOnDisk(first);
      awaitOnDisk(second);
      rig.assertNothingTornCounts();
    }
  }

  @Test
  void two_idle_installations_alert_as_well() throws Exception {
    rig.startWithOneVersion();
    try (Installation other = rig.installation("other", rig.lnd().file(), rig.remote())) {
      other.start();
      awaitAlert(rig.installation());
    }
  }

  @Test
  void an_installation_that_takes_over_after_a_restart_alerts_nobody() throws Exception {
    rig.startWithOneVersion();
    var _ = rig.installation().stop(Duration.ofSeconds(10));
    rig.installation().start();
    byte[] newest = rig.lnd().update(2);
    rig.awaitDurable(newest);
    assertThat(rig.alerts().raised()).isEmpty();
  }

  @Test
  void a_new_installation_continues_after_the_highest_sequence() throws Exception {
    rig.startWithOneVersion();
    rig.awaitDurable(rig.lnd().update(2));
    var _ = rig.installation().stop(Duration.ofSeconds(10));
    try (Installation moved = rig.installation("moved", rig.lnd().file(), rig.remote())) {
      byte[] newest = rig.lnd().update(6);
      moved.start();
      rig.awaitNewestOnDisk(newest);
      Rig.patiently().until(() -> moved.holding(Rig.OFFSITE).upToDate());
      List<Version> versions = rig.folder().versionsOnDisk();
      assertThat(versions).extracting(Version::sequence).containsExactly(1L, 2L, 3L);
      assertThat(moved.alerts().raised()).isEmpty();
    }
  }

  @Test
  void a_name_that_leaves_no_number_to_follow_is_alerted_and_stops_nothing() throws Exception {
    rig.startWithOneVersion();
    var _ = rig.installation().stop(Duration.ofSeconds(10));
    byte[] theirs = {1, 2, 3};
    Version last = new Version(999_999_999_999L, Instant.EPOCH, Sha256.of(theirs));
    Files.write(rig.folder().file(last), theirs);

    rig.installation().start();
    awaitAlert(rig.installation());
    for (int i = 1; i <= 3; i++) {
      byte[] newest = rig.lnd().update(i);
      awaitOnDisk(newest);
      Rig.patiently().until(() -> rig.installation().holding(Rig.OFFSITE).upToDate());
    }
    assertThat(rig.folder().versionsOnDisk())
        .extracting(Version::sequence)
        .containsExactly(1L, 2L, 3L, 4L, last.sequence());
  }

  private void awaitOnDisk(byte[] content) {
    Rig.patiently()
        .untilAsserted(
            () ->
                assertThat(rig.folder().versionsOnDisk())
                    .extracting(Version::hash)
                    .contains(Sha256.of(content)));
  }

  private static void awaitAlert(Installation installation) {
    Rig.patiently()
        .untilAsserted(
            () -> assertThat(installation.alerts().open(Alert.Kind.ANOTHER_WRITER)).isNotEmpty());
  }
}
