package dev.lightkeeper.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.handoff.Guard;
import dev.lightkeeper.handoff.Register;
import dev.lightkeeper.testing.DockerProxy;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code backup --migrate} dies; whether its offer stands decides what becomes of services. */
@ExtendWith(SharedDeployment.class)
class KilledMigrationTest {
  private static final String OTHER = "of_no_project";

  private final SampleDeployment sample;
  @TempDir private Path folder;
  private BackupRig rig;
  private Process guard;

  KilledMigrationTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  void guarded() throws Exception {
    Path lnd = sample.volume("lnd_bitcoin_datadir").resolve("data/graph/mainnet/channel.db");
    Path cln = sample.volume("clightning_bitcoin_datadir").resolve("bitcoin");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () ->
                Files.exists(lnd)
                    && Files.exists(cln.resolve("hsm_secret"))
                    && Files.exists(cln.resolve("lightningd.sqlite3")));
    // Another container of the node's, for the stack's own are gone while it is offered.
    var _ =
        sample.docker(
            "create",
            "--restart=always",
            "--name",
            OTHER,
            "--network=none",
            "-v",
            "generated_lnd_bitcoin_datadir:/data",
            "lightkeeper-sample",
            "true");
    rig = new BackupRig(sample, folder).remote("disk", folder.resolve("disk")).lightningNodes();
    guard = rig.guard();
    await().atMost(Duration.ofMinutes(1)).until(() -> Guard.running(rig.state()));
  }

  @AfterEach
  void unguarded() throws Exception {
    var _ = BackupRig.terminate(guard);
    var _ = sample.docker("rm", "-f", OTHER);
  }

  @Test
  void an_offer_that_was_being_made_is_taken_back_and_services_come_up() throws Exception {
    // With its nodes locked here, and no remote asked yet.
    try (DockerProxy held =
        new DockerProxy(sample.dockerHost(), "POST .*/update", 1, DockerProxy.Fault.HELD)) {
      rig.through(held);
      Process backup = rig.start("--migrate");
      held.awaitFault();
      BackupRig.kill(backup);
      assertThat(Register.standing(rig.state())).isEqualTo(Register.Here.HALF_MADE);
      assertThat(rig.down()).containsAll(SampleDeployment.SERVICES);

      BackupRig.Ended ended = rig.run("--resume");

      assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
      assertThat(ended.out()).contains("A migration died before its offer was whole");
      assertThat(Register.standing(rig.state())).isEqualTo(Register.Here.NONE);
      assertThat(rig.down()).isEmpty();
      assertThat(rig.state().resolve("quiesce.json")).doesNotExist();
    }
  }

  @Test
  void once_the_offer_stands_services_stay_down() throws Exception {
    Path journal = rig.state().resolve("quiesce.json");
    Path before = folder.resolve("quiesce.json");
    Process backup = rig.startUntil(BackupStep.SEAL, "--migrate");
    Files.copy(journal, before);
    assertThat(backup.waitFor()).isEqualTo(0);
    assertThat(journal).doesNotExist();
    Files.copy(before, journal); // as a kill leaves it just before the end

    BackupRig.Ended ended = rig.run("--resume");

    assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
    assertThat(ended.out()).contains("are offered to another one: the stack stays down");
    assertThat(rig.down()).containsAll(SampleDeployment.SERVICES);
    assertThat(journal).doesNotExist();
    assertThat(Register.standing(rig.state())).isEqualTo(Register.Here.STANDING);
  }
}
