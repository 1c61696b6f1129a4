package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.testing.RealSshd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server refuses to remove, replace or change anything. */
class WriteOnceServerTest {
  @RegisterExtension final Rig rig = new Rig(RealSshd.WRITE_ONCE);

  @Test
  void every_change_is_a_version_and_nothing_is_alerted() throws Exception {
    byte[] newest = rig.startWithOneVersion();
    for (int i = 1; i <= 10; i++) {
      newest = rig.lnd().update(i);
      rig.awaitDurable(newest);
    }
    assertThat(rig.folder().versionsOnDisk()).hasSize(11);
    assertThat(rig.alerts().ever()).isEmpty();
  }

  @Test
  void a_write_torn_by_a_broken_connection_is_written_again_beside_it() throws Exception {
    rig.startWithOneVersion();
    for (long bytes : new long[] {100, 20_000, 66_000, 74_500}) {
      rig.proxy().dropAfter(bytes);
      byte[] newest = rig.lnd().update(200); // 74,245 bytes
      Rig.patiently().until(() -> !rig.installation().remote(Rig.OFFSITE).connected());
      rig.proxy().heal();
      rig.awaitDurable(newest);
    }
    rig.assertNothingTornCounts();
    rig.awaitOver(Alert.Kind.REMOTE_FAILING);
  }

  @Test
  void a_restarted_server_is_streamed_to_again() throws Exception {
    rig.startWithOneVersion();
    rig.sshd().restart();
    byte[] newest = rig.lnd().update(2);
    rig.awaitDurable(newest);
  }
}
