package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.testing.RealSshd;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to the remote breaks in every manner, and heals. */
class BrokenNetworkTest {
  /** The promise is 10 s; the rest is for a busy machine. */
  private static final Duration NOTICED = Duration.ofSeconds(12);

  @RegisterExtension final Rig rig = new Rig();

  @Test
  void changes_made_while_the_remote_refuses_arrive_when_it_returns() throws Exception {
    rig.startWithOneVersion();
    rig.sshd().stop();
    rig.lnd().update(1);
    rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
    byte[] newest = rig.lnd().update(2);
    rig.awaitObserved(newest);
    rig.sshd().restart();
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  void a_remote_that_refuses_at_start_is_tried_until_it_answers() throws Exception {
    rig.proxy().refuse();
    byte[] newest = rig.lnd().update(2);
    rig.installation().start();
    rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
    rig.proxy().heal();
    rig.awaitDurable(newest);
  }

  @Test
  void a_server_killed_again_and_again_during_changes_ends_with_the_newest() throws Exception {
    byte[] newest = rig.startWithOneVersion();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 20; i++) {
        newest = rig.lnd().update(1 + i);
        Thread.sleep(5);
      }
      rig.sshd().restart();
      newest = rig.lnd().update(1);
      rig.awaitNewestOnDisk(newest);
    }
    rig.awaitDurable(newest);
    rig.assertNothingTornCounts();
  }

  @ParameterizedTest(name = "after {0} bytes")
  @ValueSource(longs = {1, 100, 1_000, 20_000, 33_000, 66_000, 74_000, 74_500, 75_500})
  void a_connection_dropped_in_the_middle_of_a_write_loses_nothing(long bytes) throws Exception {
    rig.startWithOneVersion();
    rig.proxy().dropAfter(bytes);
    byte[] newest = rig.lnd().update(200); // 74,245 bytes
    rig.awaitAlertOnce(Alert.Kind.REMOTE_FAILING);
    rig.proxy().heal();
    rig.awaitDurable(newest);
    rig.assertNothingTornCounts();
  }

  @Test
  void a_silent_network_is_noticed_within_ten_seconds_and_the_newest_arrives() throws Exception {
    rig.startWithOneVersion();
    rig.proxy().blackHole();
    byte[] newest = rig.lnd().update(2);
    awaitNoticed();
    assertThat(rig.alerts().open()).contains(Alert.Kind.REMOTE_FAILING);
    rig.proxy().heal();
    rig.awaitDurable(newest);
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  void a_silent_network_is_noticed_within_ten_seconds_when_nothing_changes() throws Exception {
    rig.startWithOneVersion();
    rig.proxy().blackHole();
    awaitNoticed();
    assertThat(rig.alerts().open()).contains(Alert.Kind.REMOTE_FAILING);
    rig.proxy().heal();
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  void a_network_that_is_silent_while_much_is_written_is_noticed_within_ten_seconds()
      throws Exception {
    rig.startWithOneVersion();
    rig.proxy().blackHole();
    byte[] newest = rig.lnd().update(16_000); // 5.9 MB: more than the sockets buffer
    awaitNoticed();
    rig.proxy().heal();
    rig.awaitDurable(newest);
    rig.assertNothingTornCounts();
  }

  private void awaitNoticed() {
    Awaitility.await()
        .atMost(NOTICED)
        .pollInterval(Duration.ofMillis(25))
        .until(() -> !rig.installation().remote(Rig.OFFSITE).connected());
  }

  @Test
  void a_slow_answer_is_waited_for_and_not_taken_for_a_dead_connection() throws Exception {
    rig.startWithOneVersion();
    rig.proxy().delay(Duration.ofSeconds(1));
    byte[] newest = rig.lnd().update(2);
    rig.awaitDurable(newest);
    assertThat(rig.installation().remote(Rig.OFFSITE).reconnects()).isZero();
    assertThat(rig.alerts().ever()).isEmpty();
  }

  @Test
  void a_remote_that_is_slow_from_the_first_connection_on_gets_the_newest() throws Exception {
    rig.proxy().delay(Duration.ofMillis(500));
    byte[] newest = rig.lnd().update(2);
    rig.installation().start();
    rig.awaitDurable(newest);
  }

  @Test
  void one_remote_is_served_while_another_is_down() throws Exception {
    try (RealSshd second = RealSshd.start(rig.home().resolve("second"));
        Installation both =
            rig.installation(
                "both",
                rig.lnd().file(),
                rig.remote(),
                new SftpRemote("onsite", second.target()))) {
      RemoteFolder onsite = new RemoteFolder(second.root(), Rig.NODE);
      rig.proxy().refuse();
      both.start();
      byte[] newest = rig.lnd().update(2);
      Rig.patiently().untilAsserted(() -> Rig.assertNewest(newest, onsite.versionsOnDisk()));
      assertThat(rig.folder().versionsOnDisk()).isEmpty();
      Rig.patiently()
          .untilAsserted(
              () -> {
                assertThat(both.holding("onsite").upToDate()).isTrue();
                assertThat(both.holding(Rig.OFFSITE).upToDate()).isFalse();
                assertThat(both.alerts().open(Alert.Kind.REMOTE_FAILING))
                    .extracting(Alert::remote)
                    .containsExactly(Rig.OFFSITE);
              });
      rig.proxy().heal();
      rig.awaitNewestOnDisk(newest);
    }
  }

  @Test
  void changes_during_a_long_outage_are_kept_or_counted() throws IOException {
    rig.startWithOneVersion();
    rig.proxy().refuse();
    rig.proxy().dropAll();
    rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
    byte[] newest = {};
    int changes = 20;
    for (int i = 0; i < changes; i++) {
      newest = rig.lnd().update(1 + i);
      rig.awaitObserved(newest);
    }
    rig.proxy().heal();
    rig.awaitDurable(newest);
    Rig.patiently()
        .untilAsserted(
            () ->
                assertThat(
                        rig.folder().versionsOnDisk().size()
                            + rig.installation().holding(Rig.OFFSITE).superseded())
                    .isEqualTo(1 + changes));
  }
}
