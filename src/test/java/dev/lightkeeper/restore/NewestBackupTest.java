package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.archive.ArchiveFile;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.stream.BackupOpener;
import dev.lightkeeper.stream.Kept;
import dev.lightkeeper.stream.Ledger;
import dev.lightkeeper.stream.StateFolder;
import dev.lightkeeper.testing.SealedLnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An LND node in the archive, versions of it on remotes that are folders. */
class NewestBackupTest {
  private static final NodeName NODE = new NodeName("lnd-mainnet");
  private static final Instant ARCHIVED = Instant.parse("2026-11-01T00:00:00Z");

  @TempDir Path folder;
  private Path archived;

  @BeforeEach
  void archive() throws Exception {
    archived =
        Staged.tree(folder)
            .resolve("volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet")
            .resolve("channel.backup");
    Files.createDirectories(archived.resolve("..").normalize());
    Files.write(archived, bytes(500, 1));
    Files.setLastModifiedTime(archived, FileTime.from(ARCHIVED));
    for (String remote : List.of("one", "two")) {
      Files.createDirectory(folder.resolve(remote));
    }
  }

  private static byte[] bytes(int size, int fill) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) fill);
    return bytes;
  }

  private Version publish(String remote, long sequence, byte[] content) throws Exception {
    ChannelBackup backup = ChannelBackup.of(content);
    Version version = new Version(sequence, ARCHIVED.plusSeconds(60 * sequence), backup.hash());
    try (RemoteSession session = new DirectoryRemote(remote, folder.resolve(remote)).connect()) {
      session.prepare(NODE);
      session.publish(NODE, version, backup);
    }
    return version;
  }

  private NewestBackup newest() {
    return newest(BackupOpener.WITHOUT_KEYS);
  }

  private NewestBackup newest(BackupOpener opener) {
    Staged staged =
        new Staged(
            folder,
            new ArchiveFile("backup.tar.gz", 1, Sha256.of(new byte[0])),
            null,
            null,
            List.of("generated_lnd_bitcoin_datadir"),
            Map.of(),
            null,
            List.of(),
            0,
            ARCHIVED);
    return new NewestBackup(
        staged,
        List.of(),
        folder.resolve("state"),
        List.of(
            new DirectoryRemote("one", folder.resolve("one")),
            new DirectoryRemote("two", folder.resolve("two"))),
        opener);
  }

  private static byte[] chosen(NodeBackup node) {
    return Objects.requireNonNull(node.backup()).bytes();
  }

  @Test
  void a_link_to_a_node_of_this_host_is_no_node_of_the_archive() throws Exception {
    Path own = Files.createDirectories(folder.resolve("host/bitcoin"));
    Files.writeString(own.resolve("hsm_secret"), "this host's own");
    Path data = Staged.tree(folder).resolve("volumes/generated_lnd_bitcoin_datadir/_data");
    Files.createSymbolicLink(data.resolve("bitcoin"), own);

    NewestBackup newest = newest();

    assertThat(newest.find()).extracting(n -> n.node().name()).containsExactly(NODE);
    assertThat(newest.notes()).anyMatch(n -> n.contains("leads out of its volume by a link"));
  }

  @Test
  void the_highest_sequence_of_all_remotes_wins() throws Exception {
    var _ = publish("one", 7, bytes(600, 7));
    var _ = publish("two", 9, bytes(600, 9));
    NodeBackup found = newest().find().getFirst();
    assertThat(found.sequence()).isEqualTo(9);
    assertThat(found.source()).isEqualTo("two");
    assertThat(chosen(found)).isEqualTo(bytes(600, 9));
  }

  @Test
  void one_that_is_torn_or_holds_no_channel_is_passed_over() throws Exception {
    var _ = publish("one", 7, bytes(600, 7));
    var _ = publish("one", 8, bytes(45, 8));
    Version torn = publish("one", 9, bytes(600, 9));
    Path file = folder.resolve("one/lnd-mainnet/versions").resolve(torn.fileName());
    Files.delete(file);
    Files.write(file, bytes(300, 9));
    NewestBackup newest = newest();
    assertThat(newest.find().getFirst().sequence()).isEqualTo(7);
    assertThat(newest.notes()).hasSize(2);
  }

  private static BackupOpener key() {
    return (_, backup) -> BackupFormat.open(NodeKind.LND, backup, BackupKey.of(SealedLnd.key()));
  }

  @Test
  void one_that_the_nodes_key_does_not_open_is_passed_over() throws Exception {
    byte[] own = SealedLnd.channels(1, 2);
    var _ = publish("one", 7, own);
    var _ = publish("one", 8, bytes(600, 8));
    NewestBackup newest = newest(key());
    NodeBackup found = newest.find().getFirst();
    assertThat(chosen(found)).isEqualTo(own);
    assertThat(found.older()).isEmpty();
    assertThat(newest.notes()).singleElement().asString().contains("version 8 of lnd-mainnet");
  }

  @Test
  void the_newest_is_taken_if_the_key_opens_none_and_that_is_said() throws Exception {
    var _ = publish("one", 7, bytes(600, 7));
    var _ = publish("one", 8, bytes(600, 8));
    NewestBackup newest = newest(key());
    assertThat(newest.find().getFirst().sequence()).isEqualTo(8);
    assertThat(newest.notes()).last().asString().contains("may be another node's");
  }

  @Test
  void without_a_key_older_ones_go_along_for_lnd_to_try() throws Exception {
    var _ = publish("one", 6, bytes(45, 6));
    var _ = publish("one", 7, bytes(600, 7));
    var _ = publish("two", 7, bytes(600, 7));
    var _ = publish("two", 8, bytes(600, 8));
    NewestBackup newest = newest();
    assertThat(newest.find().getFirst().older())
        .extracting(ChannelBackup::bytes)
        .containsExactly(bytes(600, 7), bytes(500, 1));
    assertThat(newest.notes()).isEmpty();
  }

  @Test
  void the_archives_own_is_taken_where_no_remote_has_any() throws Exception {
    NodeBackup found = newest().find().getFirst();
    assertThat(found.source()).isEqualTo("the archive");
    assertThat(chosen(found)).isEqualTo(bytes(500, 1));
  }

  @Test
  void the_archives_own_is_taken_if_it_was_written_after_every_version() throws Exception {
    var _ = publish("one", 7, bytes(600, 7));
    Files.setLastModifiedTime(archived, FileTime.from(ARCHIVED.plusSeconds(100_000)));
    assertThat(newest().find().getFirst().source()).isEqualTo("the archive");
  }

  private void thisHostOnceHadVersion12() throws Exception {
    Version version =
        new Version(12, ARCHIVED.plusSeconds(900), ChannelBackup.of(bytes(700, 12)).hash());
    StateFolder.open(folder.resolve("state"))
        .save(new Ledger(NODE, 12, new Kept(version, 700), new Kept(version, 700), Map.of()));
  }

  @Test
  void a_remote_that_was_set_back_is_refused() throws Exception {
    var _ = publish("one", 7, bytes(600, 7));
    thisHostOnceHadVersion12();
    assertThatThrownBy(() -> newest().find())
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("set back");
  }

  @Test
  void what_a_remote_may_have_that_does_not_answer_is_waited_for() throws Exception {
    var _ = publish("one", 7, bytes(600, 7));
    Files.delete(folder.resolve("two"));
    thisHostOnceHadVersion12();
    assertThatThrownBy(() -> newest().find())
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
        .hasMessageContainingAll("version 12", "two could not be read");
  }

  @Test
  void what_only_the_spool_has_is_found() throws Exception {
    ChannelBackup backup = ChannelBackup.of(bytes(700, 12));
    Version newer = new Version(12, ARCHIVED.plusSeconds(900), backup.hash());
    StateFolder state = StateFolder.open(folder.resolve("state"));
    state.store(NODE, newer, backup);
    state.save(new Ledger(NODE, 12, new Kept(newer, 700), new Kept(newer, 700), Map.of()));
    assertThat(newest().find().getFirst().source()).isEqualTo("this host");
  }

  @Test
  void a_remote_that_does_not_answer_is_said() throws Exception {
    Files.delete(folder.resolve("two"));
    NewestBackup newest = newest();
    assertThat(newest.find()).hasSize(1);
    assertThat(newest.complete()).isFalse();
    assertThat(newest.notes()).anyMatch(n -> n.contains("two"));
  }
}
