package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.backup.ServicesDownException;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.handoff.OfferDraft;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.handoff.OnDisk;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a backup that somebody stopped. */
class BackupNewsTest {
  @TempDir Path dir;

  @Test
  void one_that_is_stopped_before_an_offer_stands_leaves_services_up() {
    assertThat(BackupNews.interrupted(dir)).contains("services are up again");
  }

  @Test
  void a_failure_that_left_no_archive_says_so() {
    LastBackup account = account().failed(new IOException("full")).orElseThrow();

    assertThat(BackupNews.failed(account)).startsWith("no archive was made: ").contains("full");
    assertThat(account.archive()).isNull();
  }

  @Test
  void an_archive_that_was_kept_while_services_stayed_down_is_not_denied() throws Exception {
    LastBackup account =
        account()
            .failed(new ServicesDownException(dir.resolve("a.tar.gz"), 7, stayedDown()))
            .orElseThrow();

    assertThat(account.result()).isEqualTo(LastBackup.Result.FAILED);
    assertThat(account.archive()).isEqualTo(dir.resolve("a.tar.gz").toString());
    assertThat(account.newestArchiveAt()).isEqualTo(account.startedAt());
    assertThat(BackupNews.failed(account))
        .contains("the archive is kept", "services are down", "docker start tor")
        .doesNotContain("no archive");
  }

  @Test
  void an_interrupt_is_no_failure_in_whatever_words_it_comes() {
    LastBackup account = account().failed(new InterruptedIOException()).orElseThrow();

    assertThat(account.result()).isEqualTo(LastBackup.Result.INTERRUPTED);
    assertThat(account.error()).isNull();
  }

  @Test
  void no_memory_left_is_a_failure_that_says_what_helps() {
    LastBackup account = account().failed(new OutOfMemoryError("Java heap space")).orElseThrow();

    assertThat(BackupNews.failed(account))
        .contains("no archive was made: it ran out of memory: Java heap space", "-Xmx512m");
  }

  private BackupAccount account() {
    return new BackupAccount(dir, InstantSource.system());
  }

  /** What a comeback says that finds no Engine. */
  private DeploymentException stayedDown() throws Exception {
    Files.writeString(
        dir.resolve("quiesce.json"),
        """
        {"version": 1, "id": "one", "created_at": "2026-11-23T02:15:00Z",
         "docker_host": "unix://%s/none", "profile": "/none", "stop_timeout_seconds": 1,
         "owner": {"pid": 1, "started": 0, "boot": "another"},
         "targets": [{"id": "a", "name": "tor", "measure": "stop", "started_at": "",
                      "restarting": false}]}
        """
            .formatted(dir));
    try {
      Resume.pending(dir).orElseThrow().run(Duration.ofMillis(1));
      throw new AssertionError("something came up");
    } catch (DeploymentException e) {
      return e;
    }
  }

  @Test
  void a_migration_that_is_stopped_once_its_offer_stands_says_that_it_stands() throws Exception {
    Path chain = Files.createDirectories(dir.resolve("data/chain/bitcoin/mainnet"));
    Path graph = Files.createDirectories(dir.resolve("data/graph/mainnet"));
    Files.write(graph.resolve("channel.db"), new byte[10]);
    Node node =
        new Node(
            new NodeName("alice"),
            NodeKind.LND,
            Files.write(chain.resolve("channel.backup"), new byte[400]));
    DirectoryRemote disk = new DirectoryRemote("disk", Files.createDirectory(dir.resolve("disk")));
    var _ =
        new Offering(dir, "old", "a".repeat(32), null, InstantSource.system())
            .make(
                OfferDraft.make(),
                Sha256.of(new byte[1]),
                OnDisk.databases(List.of(node)),
                List.of(node),
                List.of(disk));

    assertThat(BackupNews.interrupted(dir))
        .contains("the nodes are offered, and the stack stays down")
        .doesNotContain("no archive", "services are up");
  }
}
