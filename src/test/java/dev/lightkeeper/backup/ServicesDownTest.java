package dev.lightkeeper.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.QuiesceMode;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.shelf.Retention;
import dev.lightkeeper.shelf.ShipmentQueue;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A service that cannot start again, though its backup went well. */
@ExtendWith(SharedDeployment.class)
class ServicesDownTest {
  private static final String LOST = "of_a_lost_folder";

  @TempDir private Path folder;

  @Test
  void the_archive_is_kept_and_it_is_said_what_is_down(SampleDeployment sample) throws Exception {
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    var _ =
        sample.docker(
            "run",
            "-d",
            "--name",
            LOST,
            "--network=none",
            "-v",
            "generated_btcpay_datadir:/theirs",
            "--mount",
            "type=bind,src=" + mounted + ",dst=/mounted",
            "lightkeeper-sample",
            "sh",
            "-c",
            "trap 'exit 0' TERM; while :; do sleep 0.1 & wait $!; done");
    Files.delete(mounted); // it runs on, and can never be started again
    try (Engine engine = Engine.open(sample.dockerHost())) {
      Backup backup = new Backup(engine, order(sample), new Unwatched(), Duration.ofSeconds(1));

      assertThatThrownBy(backup::run)
          .isInstanceOfSatisfying(
              ServicesDownException.class,
              e -> {
                assertThat(e.archive()).isRegularFile().hasSize(e.bytes());
                assertThat(e.what()).contains("the archive is kept", "services are down", LOST);
                assertThat(e.remedy()).contains("docker start", LOST);
              });
      assertThat(SampleDeployment.SERVICES).allMatch(sample::running);
      assertThat(Resume.journal(folder.resolve("state"))).exists();
      assertThat(new ShipmentQueue(folder.resolve("state")).pending()).hasSize(1);
    } finally {
      var _ = sample.docker("rm", "-f", LOST);
    }
  }

  private BackupOrder order(SampleDeployment sample) throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    return new BackupOrder(
        ArchiveMode.BACKUP,
        QuiesceMode.STOP,
        sample.profile(),
        folder.resolve("state"),
        folder.resolve("archives"),
        null,
        List.of(new DirectoryRemote("disk", disk)),
        new Retention(1, 0, 0, 0),
        RateLimit.none(),
        List.of(),
        "lightkeeper",
        "host",
        new OfferOrder("", List.of(), false));
  }

  private static final class Unwatched implements BackupWatcher {
    @Override
    public void began(BackupStep step, long totalBytes) {}

    @Override
    public void at(BackupStep step, long bytes, String current) {}

    @Override
    public void ended(BackupStep step, Duration took) {}

    @Override
    public void note(String line) {}
  }
}
