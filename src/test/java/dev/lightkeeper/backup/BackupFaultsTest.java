package dev.lightkeeper.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.survival.SmallDisk;
import dev.lightkeeper.testing.DockerProxy;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import dev.lightkeeper.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens in the middle: the stack is up, and the archive of before is what it was. */
@ExtendWith(SharedDeployment.class)
class BackupFaultsTest {
  private static final Shell SHELL = new Shell(Map.of());

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = BackupStep.class,
      names = {"PREPARE", "READ", "CATCH_UP", "DOWN", "SEAL", "VERIFY", "SHIP", "PRUNE"})
  void killed_in_any_step_the_next_run_repairs_it(BackupStep step, SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder).remote("disk", folder.resolve("disk"));
    Path before = firstArchive(rig);
    byte[] content = Files.readAllBytes(before);
    Path bulk = sample.volume("btcpay_datadir").resolve("bulk");
    try {
      // More than may be left to be read with services down.
      SHELL.run("dd", "if=/dev/urandom", "of=" + bulk, "bs=1M", "count=16", "status=none");

      BackupRig.kill(rig.startUntil(step));
    } finally {
      Files.deleteIfExists(bulk);
    }

    assertThat(before).hasBinaryContent(content);
    BackupRig.Ended next = rig.run();
    assertThat(next.exit()).as(next.out()).isEqualTo(0);
    assertThat(rig.down()).isEmpty();
    assertThat(before).hasBinaryContent(content);
    assertThat(rig.names()).allMatch(name -> name.matches(".*backup\\.tar\\.gz(\\.json)?"));
    assertThat(folder.resolve("disk/archives").resolve(rig.newest().getFileName()))
        .hasSameBinaryContentAs(rig.newest());
  }

  @Test
  void killed_while_services_are_down_they_come_back_at_a_word(SampleDeployment sample)
      throws Exception {
    try (DockerProxy held =
        new DockerProxy(sample.dockerHost(), "POST .*/unpause", 1, DockerProxy.Fault.HELD)) {
      BackupRig rig = new BackupRig(sample, folder).with("quiesce = \"pause\"").through(held);
      Process backup = rig.start();
      held.awaitFault();
      BackupRig.kill(backup);
      assertThat(rig.down()).isNotEmpty();

      assertThat(rig.run("--resume").exit()).isEqualTo(0);

      assertThat(rig.down()).isEmpty();
      assertThat(rig.state().resolve("quiesce.json")).doesNotExist();
    }
  }

  @Test
  void without_memory_it_ends_with_services_up_and_says_so(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder).heap("24m");
    Path many = sample.volume("btcpay_datadir").resolve("many");
    try {
      SHELL.run(
          "sh",
          "-c",
          "for i in $(seq 100); do mkdir -p %s/$i; (cd %s/$i; seq 1000 | xargs touch); done"
              .formatted(many, many));

      BackupRig.Ended ended = rig.run();

      assertThat(ended.exit()).as(ended.out()).isEqualTo(1);
      assertThat(ended.out()).contains("it ran out of memory").doesNotContain("\tat ");
      LastBackup account = LastBackup.read(rig.state()).orElseThrow();
      assertThat(account.result()).isEqualTo(LastBackup.Result.FAILED);
      assertThat(account.error()).contains("it ran out of memory");
      assertThat(rig.down()).isEmpty();
      assertThat(rig.state().resolve("quiesce.json")).doesNotExist();
    } finally {
      SHELL.run("rm", "-rf", many.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--resume", "--quiet"})
  void on_a_disk_that_a_killed_backup_filled_services_come_up_all_the_same(
      String next, SampleDeployment sample) throws Exception {
    Path full = folder.resolve("state");
    try (SmallDisk disk = SmallDisk.at(full, "300m");
        DockerProxy held =
            new DockerProxy(sample.dockerHost(), "POST .*/unpause", 1, DockerProxy.Fault.HELD)) {
      BackupRig rig =
          new BackupRig(sample, folder)
              .keptIn(full.resolve("archives"))
              .with("quiesce = \"pause\"")
              .through(held);
      Process backup = rig.start();
      held.awaitFault();
      BackupRig.kill(backup);
      disk.fill(full.resolve("archives/.lightkeeper-work/left"));
      assertThat(rig.down()).isNotEmpty();

      BackupRig.Ended ended = rig.run(next);

      assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
      assertThat(rig.down()).isEmpty();
      assertThat(rig.state().resolve("quiesce.json")).doesNotExist();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = BackupStep.class,
      names = {"READ", "DOWN", "SEAL", "VERIFY"})
  void sigterm_ends_it_with_services_up(BackupStep step, SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Path before = firstArchive(rig);

    int exit = BackupRig.terminate(rig.startUntil(step));

    assertThat(exit).isEqualTo(143);
    assertThat(rig.down()).isEmpty();
    assertThat(rig.state().resolve("quiesce.json")).doesNotExist();
    assertThat(rig.names()).contains(String.valueOf(before.getFileName()));
    assertThat(rig.names()).noneMatch(name -> name.endsWith(".partial") || name.contains("work"));
  }

  @Test
  void an_interrupt_while_a_file_is_read_is_told_as_one_and_not_as_damage(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Path many = Files.createDirectory(sample.volume("btcpay_datadir").resolve("many"));
    try {
      // So many that whatever it does when the signal comes, it reads the next one at once.
      SHELL.run("sh", "-c", "seq 1000000 | split -l 10 -a 5 - " + many + "/");

      var _ = BackupRig.terminate(rig.startUntilAt("/many/"));

      LastBackup account = LastBackup.read(rig.state()).orElseThrow();
      assertThat(account.result()).as(account.error()).isEqualTo(LastBackup.Result.INTERRUPTED);
      assertThat(rig.down()).isEmpty();
    } finally {
      SHELL.run("rm", "-rf", many.toString());
    }
  }

  @Test
  void a_disk_that_is_full_is_refused_before_anything_is_stopped(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder).keptIn(smallDisk(4));
    try {
      BackupRig.Ended ended = rig.run();

      assertThat(ended.exit()).isEqualTo(1);
      assertThat(ended.out()).contains("MiB free", "needs about", "lightkeeper prune");
      assertThat(rig.names()).isEmpty();
      assertThat(rig.down()).isEmpty();
    } finally {
      SHELL.run("umount", folder.resolve("small").toString());
    }
  }

  @Test
  void a_disk_that_fills_up_in_the_middle_leaves_nothing_half_made(SampleDeployment sample)
      throws Exception {
    Path disk = smallDisk(330);
    BackupRig rig = new BackupRig(sample, folder).keptIn(disk);
    Path bulk = sample.volume("btcpay_datadir").resolve("bulk");
    try {
      // Passes the estimate, which counts on compression by half, and does not fit.
      SHELL.run("dd", "if=/dev/urandom", "of=" + bulk, "bs=1M", "count=180", "status=none");

      BackupRig.Ended ended = rig.run();

      assertThat(ended.exit()).as(ended.out()).isEqualTo(1);
      assertThat(ended.out()).contains("No space left on device").doesNotContain("\tat ");
      assertThat(rig.names()).isEmpty();
      assertThat(rig.down()).isEmpty();
    } finally {
      Files.deleteIfExists(bulk);
      SHELL.run("umount", disk.toString());
    }
  }

  @Test
  void a_dump_that_fails_fails_the_run(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Path before = firstArchive(rig);
    // A table that cannot be read: its file is gone.
    sample.psql("postgres", "CREATE DATABASE broken");
    sample.psql("broken", "CREATE TABLE gone AS SELECT 1; CHECKPOINT");
    String file = sample.psql("broken", "SELECT pg_relation_filepath('gone')");
    sample.docker("exec", "generated_postgres_1", "rm", "/var/lib/postgresql/data/" + file);
    sample.compose("restart", "-t", "5", "postgres");
    sample.awaitPostgres();
    try {
      BackupRig.Ended ended = rig.run();

      assertThat(ended.exit()).isEqualTo(1);
      assertThat(ended.out()).contains("dump", "gone");
      assertThat(rig.down()).isEmpty();
      assertThat(rig.names())
          .contains(String.valueOf(before.getFileName()))
          .noneMatch(name -> name.contains("work"));
    } finally {
      sample.psql("postgres", "DROP DATABASE broken");
    }
  }

  @Test
  void another_account_is_told_to_be_root(SampleDeployment sample) throws Exception {
    BackupRig.Ended ended = new BackupRig(sample, folder).runAsOther("--dry-run");

    assertThat(ended.exit()).as(ended.out()).isEqualTo(1);
    assertThat(ended.out())
        .contains("may not use " + sample.dockerHost().getPath(), "run this as root")
        .doesNotContain("\tat ");
  }

  @Test
  void two_at_once_never_overlap(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Process first = rig.startUntil(BackupStep.READ);
    Shell shell = new Shell(Map.of());
    var _ = shell.run("kill", "-STOP", String.valueOf(first.pid())); // however fast it is

    BackupRig.Ended second = rig.run();

    var _ = shell.run("kill", "-CONT", String.valueOf(first.pid()));
    assertThat(second.exit()).isEqualTo(11);
    assertThat(second.out()).contains("another backup is under way");
    assertThat(first.waitFor()).isEqualTo(0);
  }

  @Test
  void the_engine_restarted_in_the_middle_has_all_up_in_the_end(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Process backup = rig.startUntil(BackupStep.DOWN);

    sample.engine().restart();

    backup.waitFor();
    assertThat(rig.run("--resume").exit()).isEqualTo(0);
    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.down()).isEmpty());
    assertThat(rig.run().exit()).isEqualTo(0);
  }

  @Test
  void a_secret_never_shows(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder).encrypted().with("keep = { last = 2 }");

    BackupRig.Ended ended = rig.run("--verbose");

    assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
    assertThat(ended.out()).doesNotContain("correct horse");
    for (Path file : List.of(rig.newest(), Path.of(rig.newest() + ".json"))) {
      assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--resume", "--dry-run"})
  void nothing_to_do_is_no_failure(String option, SampleDeployment sample) throws Exception {
    assertThat(new BackupRig(sample, folder).run(option).exit()).isEqualTo(0);
  }

  @Test
  void a_migration_of_a_node_that_is_not_configured_is_refused_before_anything_is_stopped(
      SampleDeployment sample) throws Exception {
    Path database = sample.volume("lnd_bitcoin_datadir").resolve("data/graph/mainnet/channel.db");
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(database));
    BackupRig rig = new BackupRig(sample, folder);

    BackupRig.Ended ended = rig.run("--migrate");

    assertThat(ended.exit()).as(ended.out()).isEqualTo(13);
    assertThat(ended.out())
        .contains("is a channel database of a node that is not configured")
        .containsPattern("add it: \\[nodes\\.(lnd-mainnet|cln-bitcoin)] with kind");
    assertThat(rig.down()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo state > \"$1/eclair.sqlite\"",
        "echo state > \"$1/phoenix.mainnet.03ab.db\"",
        "python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1] + \"/renamed\");"
            + " c.execute(\"CREATE TABLE local_channels (id BLOB)\"); c.commit()' \"$1\"",
      })
  void a_migration_of_a_node_that_cannot_be_offered_is_refused_before_anything_is_stopped(
      String script, SampleDeployment sample) throws Exception {
    Path plugins = Files.createDirectory(sample.volume("btcpay_datadir").resolve("another-node"));
    try {
      SHELL.run("bash", "-c", script, "test", plugins.toString());
      BackupRig rig = new BackupRig(sample, folder).lightningNodes();

      BackupRig.Ended ended = rig.run("--migrate");

      assertThat(ended.exit()).as(ended.out()).isEqualTo(13);
      assertThat(ended.out())
          .contains(plugins + "/", "Eclair or phoenixd", "cannot be handed off", "its own means");
      assertThat(rig.down()).isEmpty();
    } finally {
      SHELL.run("rm", "-r", plugins.toString());
    }
  }

  private static Path firstArchive(BackupRig rig) throws IOException, InterruptedException {
    BackupRig.Ended ended = rig.run();
    assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
    Path archive = rig.newest();
    Thread.sleep(1_100); // names have whole seconds
    return archive;
  }

  private Path smallDisk(int mebibytes) throws IOException {
    Path disk = Files.createDirectory(folder.resolve("small"));
    SHELL.run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "none", disk.toString());
    return disk;
  }
}
