package dev.lightkeeper.scb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against files of a real Core Lightning 26.06.6 and what that node itself said. */
class ClnBackupTest {
  @ParameterizedTest
  @ValueSource(strings = {"001", "002", "003", "004", "005"})
  void a_real_file_holds_the_channels_that_the_node_listed(String file) throws IOException {
    Opening.Opened opened = opened(file + ".emergency.recover", "scb-secret.json");

    List<String> listed = new ArrayList<>();
    for (JsonNode c : new ObjectMapper().readTree(ScbFixtures.cln("channels.json"))) {
      listed.add(
          "%s %s %s:%d %d"
              .formatted(
                  c.get("channel_id").asText(),
                  c.get("peer_id").asText(),
                  c.get("funding_txid").asText(),
                  c.get("funding_outnum").asInt(),
                  c.get("total_msat").asLong() / 1000));
    }
    assertThat(listed).hasSize(2);
    assertThat(opened.channels())
        .extracting(
            c -> "%s %s %s %d".formatted(c.channelId(), c.peer(), c.outpoint(), c.capacity()))
        .containsExactlyInAnyOrderElementsOf(listed);
    assertThat(opened.note()).isNull();
  }

  @Test
  void a_real_file_says_where_each_peer_was() throws IOException {
    assertThat(opened("005.emergency.recover", "scb-secret.json").channels())
        .allSatisfy(c -> assertThat(c.addresses()).hasSize(1))
        .extracting(BackedUpChannel::type)
        .containsOnly("anchors");
  }

  @Test
  void a_real_file_without_channels_holds_none() throws IOException {
    assertThat(opened("empty.emergency.recover", "empty.scb-secret.json").count()).isZero();
  }

  @Test
  void a_real_file_does_not_open_with_another_nodes_key() throws IOException {
    assertThat(open("005.emergency.recover", "empty.scb-secret.json"))
        .isInstanceOf(Opening.NotOpened.class);
  }

  @Test
  void a_file_of_unknown_kind_opens_with_its_key_alone() throws IOException {
    Opening opening =
        BackupFormat.open(
            ChannelBackup.of(ScbFixtures.cln("005.emergency.recover")),
            ScbFixtures.clnKey("scb-secret.json"));

    assertThat(opening).isInstanceOf(Opening.Opened.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void files_of_the_older_type_are_read_in_both_of_its_layouts(boolean byteBeforeTheAddress) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    plain.writeBytes(HexFormat.of().parseHex("17f7" + "0000000000000001" + "65000000" + "0002"));
    for (int i = 1; i <= 2; i++) {
      plain.writeBytes(new byte[8 + 32]);
      plain.writeBytes(HexFormat.of().parseHex("02" + "aa".repeat(32)));
      if (byteBeforeTheAddress) {
        plain.write(5);
      }
      plain.writeBytes(HexFormat.of().parseHex("010a0000012607"));
      plain.writeBytes(HexFormat.of().parseHex("0%d".formatted(i) + "00".repeat(31)));
      plain.writeBytes(HexFormat.of().parseHex("00000001" + "00000000000f4240" + "0002" + "1000"));
    }

    Opening.Opened opened = ClnBackup.read(plain.toByteArray());

    assertThat(opened.note()).isNull();
    assertThat(opened.channels())
        .extracting(BackedUpChannel::outpoint)
        .containsExactly("00".repeat(31) + "01:1", "00".repeat(31) + "02:1");
    assertThat(opened.channels().getFirst().addresses()).containsExactly("10.0.0.1:9735");
    assertThat(opened.channels().getFirst().type()).isEqualTo("static remote key");
  }

  @Test
  void a_newer_type_is_authentic_and_not_counted() {
    Opening.Opened opened = ClnBackup.read(HexFormat.of().parseHex("17fb" + "00".repeat(40)));

    assertThat(opened.count()).isNull();
    assertThat(opened.note()).contains("6139");
  }

  @Test
  void hchacha20_gives_what_the_draft_prints() {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }

    byte[] subkey =
        SecretStream.hchacha20(key, HexFormat.of().parseHex("000000090000004a0000000031415927"));

    assertThat(HexFormat.of().formatHex(subkey))
        .isEqualTo("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc");
  }

  private static Opening open(String file, String key) throws IOException {
    return BackupFormat.open(
        NodeKind.CLN, ChannelBackup.of(ScbFixtures.cln(file)), ScbFixtures.clnKey(key));
  }

  private static Opening.Opened opened(String file, String key) throws IOException {
    Opening opening = open(file, key);
    assertThat(opening).isInstanceOf(Opening.Opened.class);
    return (Opening.Opened) opening;
  }
}
