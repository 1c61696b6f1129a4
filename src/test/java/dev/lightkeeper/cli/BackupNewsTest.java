package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.handoff.OfferDraft;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.handoff.OnDisk;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import java.nio.file.Files;
import java.nio.file.Path;
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
