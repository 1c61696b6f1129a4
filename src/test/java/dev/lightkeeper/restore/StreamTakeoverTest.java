package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.stream.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who streams a node that was restored, on remotes that are folders. */
class StreamTakeoverTest {
  private static final NodeName ALICE = new NodeName("alice");
  private static final Path FILE = Path.of("data/chain/bitcoin/mainnet/channel.backup");
  private static final Node NODE = new Node(ALICE, NodeKind.LND, Path.of("/x").resolve(FILE));
  private static final String OLD = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;
  private Remote remote;

  @BeforeEach
  void theOldServerStreams() throws Exception {
    Files.createDirectory(folder.resolve("remote"));
    Files.createDirectory(folder.resolve("state"));
    remote = new DirectoryRemote("disk", folder.resolve("remote"));
    try (RemoteSession session = remote.connect()) {
      session.prepare(ALICE);
      session.announce(ALICE, new Writer(OLD, "old", Instant.now().plusSeconds(60)));
    }
  }

  private StreamTakeover takeover(List<Node> configured) throws Exception {
    StreamTakeover takeover =
        new StreamTakeover(folder.resolve("state"), List.of(remote), configured);
    takeover.run(
        List.of(
            new NodeBackup(
                NODE,
                "generated_lnd_bitcoin_datadir",
                FILE,
                null,
                "the archive",
                0,
                null,
                List.of())));
    return takeover;
  }

  private List<Writer> writers() throws Exception {
    try (RemoteSession session = remote.connect()) {
      return session.writers(ALICE);
    }
  }

  @Test
  void this_installation_is_announced_after_the_old_one_and_once() throws Exception {
    StreamTakeover takeover = takeover(List.of(NODE));

    String id = StateFolder.reading(folder.resolve("state")).writerId();
    assertThat(writers()).extracting(Writer::id).containsExactly(OLD, id);
    assertThat(takeover.problems()).isEmpty();
    assertThat(takeover.lines()).singleElement().asString().contains("alice", "new writer");
    var _ = takeover(List.of(NODE));
    assertThat(writers()).hasSize(2);
  }

  @Test
  void a_node_that_is_not_configured_here_is_left_to_a_person() throws Exception {
    assertThat(takeover(List.of()).lines())
        .singleElement()
        .asString()
        .contains("nothing streams", "lightkeeper init");
    assertThat(writers()).extracting(Writer::id).containsExactly(OLD);
  }

  @Test
  void a_remote_that_is_away_is_a_problem_and_no_failure() throws Exception {
    remote = new DirectoryRemote("disk", folder.resolve("nowhere"));
    assertThat(takeover(List.of(NODE)).problems())
        .singleElement()
        .asString()
        .contains("disk does not know");
  }
}
