package dev.lightkeeper.scb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.testing.SealedLnd;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against files made from LND's own description of the format, by another implementation. */
class LndBackupTest {
  private static final BackupKey KEY = BackupKey.of(SealedLnd.key());

  @Test
  void a_file_without_channels_has_45_bytes_and_opens() {
    byte[] file = SealedLnd.file();

    assertThat(file).hasSize(45);
    assertThat(opened(file).count()).isZero();
  }

  @Test
  void a_channel_is_described_by_peer_outpoint_capacity_addresses_and_short_id() {
    BackedUpChannel channel = opened(SealedLnd.channels(5)).channels().getFirst();

    assertThat(channel.peer()).isEqualTo(SealedLnd.peer(5));
    assertThat(channel.outpoint()).isEqualTo(SealedLnd.txid(5) + ":2");
    assertThat(channel.capacity()).isEqualTo(1_000_005);
    assertThat(channel.addresses()).containsExactly("127.0.0.1:9735", "localhost:9736");
    assertThat(channel.shortChannelId()).isEqualTo("258x3x4");
  }

  @ParameterizedTest
  @CsvSource({
    "0,legacy",
    "1,static remote key",
    "2,anchors (with fees)",
    "3,anchors",
    "4,script-enforced lease",
    "5,simple taproot (staging)",
    "6,taproot overlay",
    "7,simple taproot"
  })
  void every_version_of_a_channel_is_read_with_and_without_its_closing_transaction(
      int version, String type) {
    Opening.Opened opened =
        opened(SealedLnd.file(SealedLnd.single(version, 1), SealedLnd.single(version | 0x80, 2)));

    assertThat(opened.note()).isNull();
    assertThat(opened.channels()).extracting(BackedUpChannel::type).containsExactly(type, type);
    assertThat(opened.channels())
        .extracting(BackedUpChannel::fundingTxid)
        .containsExactly(SealedLnd.txid(1), SealedLnd.txid(2));
  }

  @Test
  void a_channel_of_a_newer_version_is_counted_and_those_beside_it_are_read() {
    Opening.Opened opened =
        opened(
            SealedLnd.file(
                SealedLnd.single(3, 1), SealedLnd.entry(9, new byte[123]), SealedLnd.single(3, 2)));

    assertThat(opened.count()).isEqualTo(3);
    assertThat(opened.channels()).hasSize(2);
    assertThat(opened.complete()).isFalse();
    assertThat(opened.note()).contains("version 9");
  }

  @Test
  void a_file_of_a_newer_version_is_authentic_and_not_counted() {
    Opening.Opened opened =
        opened(SealedLnd.seal(SealedLnd.key(), SealedLnd.plain(1, 7, List.of())));

    assertThat(opened.count()).isNull();
    assertThat(opened.note()).contains("version 1");
  }

  @Test
  void a_channel_too_short_for_its_version_is_counted_and_not_described() {
    Opening.Opened opened =
        opened(SealedLnd.file(SealedLnd.entry(3, new byte[20]), SealedLnd.single(3, 1)));

    assertThat(opened.count()).isEqualTo(2);
    assertThat(opened.channels()).hasSize(1);
  }

  @Test
  void a_file_that_ends_before_its_count_is_read_in_part() {
    byte[] plain = SealedLnd.plain(0, Integer.MAX_VALUE, List.of(SealedLnd.single(3, 1)));

    Opening.Opened opened = opened(SealedLnd.seal(SealedLnd.key(), plain));

    assertThat(opened.channels()).hasSize(1);
    assertThat(opened.count()).isNull();
    assertThat(opened.note()).contains("in part");
  }

  @Test
  void onion_and_ip6_addresses_are_written_as_people_do_and_unknown_ones_said() {
    String addresses =
        "00"
            + "0200000000000000000000000000000001"
            + "2607"
            + "04"
            + "00".repeat(35)
            + "2607"
            + "63"
            + "ffff";

    Opening.Opened opened =
        opened(
            SealedLnd.file(
                SealedLnd.single(3, 1, HexFormat.of().parseHex(addresses), new byte[0])));

    assertThat(opened.channels().getFirst().addresses())
        .containsExactly(
            "[0:0:0:0:0:0:0:1]:9735",
            "a".repeat(56) + ".onion:9735",
            "(its addresses are of type 99)");
  }

  @Test
  void a_peers_name_cannot_move_the_cursor_of_a_terminal() {
    byte[] name = HexFormat.of().parseHex("0504" + "1b5b324a" + "2607");

    Opening.Opened opened = opened(SealedLnd.file(SealedLnd.single(3, 1, name, new byte[0])));

    assertThat(opened.channels().getFirst().addresses()).containsExactly("??2J:9735");
  }

  @Test
  void with_another_nodes_key_it_does_not_open() {
    BackupKey other = BackupKey.of(new byte[32]);

    assertThat(BackupFormat.open(NodeKind.LND, ChannelBackup.of(SealedLnd.channels(1)), other))
        .isInstanceOf(Opening.NotOpened.class);
  }

  @Test
  void without_a_key_nobody_tries() {
    assertThat(BackupFormat.open(NodeKind.LND, ChannelBackup.of(SealedLnd.channels(1)), null))
        .isEqualTo(new Opening.NotTried());
  }

  @Test
  void a_file_of_no_bytes_does_not_open() {
    assertThat(BackupFormat.open(NodeKind.LND, ChannelBackup.of(new byte[0]), KEY))
        .isInstanceOf(Opening.NotOpened.class);
  }

  private static Opening.Opened opened(byte[] file) {
    Opening opening = BackupFormat.open(NodeKind.LND, ChannelBackup.of(file), KEY);
    assertThat(opening).isInstanceOf(Opening.Opened.class);
    return (Opening.Opened) opening;
  }
}
