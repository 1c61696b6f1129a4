package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.testing.RealSshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
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
    assertThat(rig.alerts().raised()).isEmpty();
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
  @EnabledIf(value = "dev.lightkeeper.survival.SmallDisk#possible", disabledReason = SmallDisk.WHY)
  void a_disk_that_was_full_leaves_one_torn_name_at_most_and_gets_the_newest_once()
      throws Exception {
    try (SmallDisk disk = SmallDisk.at(rig.sshd().root(), "2m")) {
      rig.makeAccountFolders();
      rig.startWithOneVersion();
      disk.fill();
      byte[] newest = rig.lnd().update(200);
      rig.awaitAlert(Alert.Kind.REMOTE_FAILING);
      int unfinished = names("incoming").size();
      Rig.patiently().until(() -> names("incoming").size() > unfinished + 4);

      disk.free();
      rig.awaitDurable(newest);

      rig.awaitOver(Alert.Kind.REMOTE_FAILING);
      Rig.patiently().until(() -> rig.installation().holding(Rig.OFFSITE).verified());
      assertThat(rig.alerts().ever()).doesNotContain(Alert.Kind.TORN);
      assertThat(names("alice/versions"))
          .as("the first version, the newest, and its name torn")
          .hasSize(3);
      rig.finish();
    }
  }

  private List<String> names(String folder) throws IOException {
    try (Stream<Path> files = Files.list(rig.sshd().root().resolve(folder))) {
      return files.map(f -> f.getFileName().toString()).toList();
    }
  }

  @Test
  void a_restarted_server_is_streamed_to_again() throws Exception {
    rig.startWithOneVersion();
    rig.sshd().restart();
    byte[] newest = rig.lnd().update(2);
    rig.awaitDurable(newest);
  }
}
