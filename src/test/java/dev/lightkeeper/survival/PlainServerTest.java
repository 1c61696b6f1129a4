package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.RealSshd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that offers none of OpenSSH's extensions. */
class PlainServerTest {
  @RegisterExtension final Rig rig = new Rig(RealSshd.WITHOUT_EXTENSIONS);

  @Test
  void every_change_arrives_and_the_servers_limits_are_told() throws Exception {
    byte[] newest = rig.startWithOneVersion();
    for (int i = 1; i <= 10; i++) {
      newest = rig.lnd().update(i);
      rig.awaitDurable(newest);
    }
    Rig.patiently().until(() -> rig.installation().holding(Rig.OFFSITE).upToDate());
    Rig.patiently().until(() -> rig.installation().holding(Rig.OFFSITE).verified());
    assertThat(rig.installation().remote(Rig.OFFSITE).features())
        .anyMatch(said -> said.contains("no fsync@openssh.com"))
        .anyMatch(said -> said.contains("no posix-rename@openssh.com"));
    assertThat(rig.alerts().raised()).isEmpty();
    assertThat(rig.folder().versionsOnDisk()).hasSize(11);
  }

  @Test
  void it_is_streamed_to_again_after_its_sessions_broke() throws Exception {
    rig.startWithOneVersion();
    for (int i = 1; i <= 5; i++) {
      rig.sshd().restart();
      byte[] newest = rig.lnd().update(50 * i);
      rig.awaitDurable(newest);
    }
  }
}
