package dev.lightkeeper.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.testing.DockerProxy;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon does for backups that could not end well. */
@ExtendWith(SharedDeployment.class)
class BackupCareTest {
  @TempDir private Path folder;

  @Test
  void services_that_a_killed_backup_left_down_are_brought_up(SampleDeployment sample)
      throws Exception {
    try (DockerProxy held =
        new DockerProxy(sample.dockerHost(), "POST .*/unpause", 1, DockerProxy.Fault.HELD)) {
      BackupRig rig =
          new BackupRig(sample, folder)
              .with("quiesce = \"pause\"")
              .remote("disk", folder.resolve("disk"))
              .node(folder.resolve("channel.backup"))
              .through(held);
      Process backup = rig.start();
      held.awaitFault();
      BackupRig.kill(backup);
      assertThat(rig.down()).isNotEmpty();

      Process watch = rig.watch();
      try {
        await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(
                () -> {
                  assertThat(rig.down()).isEmpty();
                  assertThat(rig.state().resolve("quiesce.json")).doesNotExist();
                });
      } finally {
        BackupRig.terminate(watch);
      }
    }
  }

  @Test
  void an_archive_that_could_not_be_shipped_is_shipped_by_the_daemon(SampleDeployment sample)
      throws Exception {
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      BackupRig rig =
          new BackupRig(sample, folder)
              .remote("offsite", sshd)
              .node(folder.resolve("channel.backup"));
      Path aside = sshd.root().resolveSibling("aside");
      Files.move(sshd.root(), aside);
      assertThat(rig.run().exit()).isEqualTo(3);
      Files.move(aside, sshd.root());

      Process watch = rig.watch();
      try {
        Path there = sshd.root().resolve("archives").resolve(rig.newest().getFileName() + ".json");
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(there));
        assertThat(sshd.root().resolve("archives").resolve(rig.newest().getFileName()))
            .hasSameBinaryContentAs(rig.newest());
      } finally {
        BackupRig.terminate(watch);
      }
    }
  }
}
