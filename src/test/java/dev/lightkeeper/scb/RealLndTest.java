package dev.lightkeeper.scb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against files of a real LND 0.21 and what that node itself said of each. */
class RealLndTest {
  private static final String KEY = "key.json";
  private static final String OTHER_KEY = "bob-key.json";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0-channels",
        "1-channel",
        "3-channels",
        "3-channels-after-payments-and-restart",
        "2-channels-after-close"
      })
  void a_file_holds_the_channels_that_the_node_listed(String file) throws IOException {
    assertThatItHoldsWhatTheNodeListed(file, KEY);
  }

  @Test
  void the_peers_own_file_opens_with_the_peers_own_key() throws IOException {
    assertThatItHoldsWhatTheNodeListed("bob", OTHER_KEY);
  }

  @Test
  void what_the_node_archived_itself_opens_too() throws IOException {
    for (String time : List.of("21-50-36", "21-50-38", "21-50-39", "21-50-54", "21-50-57")) {
      assertThat(open("chan-backup-archives/channel.backup-2026-11-24-" + time, KEY))
          .isInstanceOf(Opening.Opened.class);
    }
  }

  @Test
  void no_file_opens_with_the_other_nodes_key() throws IOException {
    assertThat(open("3-channels.channel.backup", OTHER_KEY)).isInstanceOf(Opening.NotOpened.class);
    assertThat(open("bob.channel.backup", KEY)).isInstanceOf(Opening.NotOpened.class);
  }

  @Test
  void the_key_is_the_hash_of_the_public_key_that_the_node_answered() throws IOException {
    JsonNode answer = json(KEY);

    assertThat(BackupKey.parse(text(answer, "public_key")))
        .isEqualTo(BackupKey.parse(text(answer, "key")))
        .isPresent();
  }

  private static void assertThatItHoldsWhatTheNodeListed(String file, String key)
      throws IOException {
    List<String> listed = new ArrayList<>();
    for (JsonNode c : json(file + ".listchannels.json").path("channels")) {
      listed.add(
          "%s %s %d %s"
              .formatted(
                  c.path("remote_pubkey").asText(),
                  c.path("channel_point").asText(),
                  c.path("capacity").asLong(),
                  c.path("scid_str").asText()));
    }
    List<String> verified = new ArrayList<>();
    json(file + ".verifychanbackup.json")
        .path("chan_points")
        .forEach(p -> verified.add(p.asText()));

    Opening.Opened opened = (Opening.Opened) open(file + ".channel.backup", key);

    assertThat(opened.note()).isNull();
    assertThat(opened.channels())
        .extracting(BackedUpChannel::outpoint)
        .containsExactlyInAnyOrderElementsOf(verified);
    assertThat(opened.channels())
        .extracting(
            c -> "%s %s %d %s".formatted(c.peer(), c.outpoint(), c.capacity(), c.shortChannelId()))
        .containsExactlyInAnyOrderElementsOf(listed);
    assertThat(opened.channels())
        .allSatisfy(c -> assertThat(c.addresses()).isNotEmpty())
        .allSatisfy(c -> assertThat(c.type()).isEqualTo("anchors"));
  }

  private static Opening open(String file, String key) throws IOException {
    BackupKey opens = BackupKey.parse(text(json(key), "public_key")).orElseThrow();
    return BackupFormat.open(
        NodeKind.LND, ChannelBackup.of(ScbFixtures.resource("lnd-0.21/" + file)), opens);
  }

  private static JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(ScbFixtures.resource("lnd-0.21/" + file));
  }

  private static byte[] text(JsonNode node, String field) {
    return node.path(field).asText().getBytes(StandardCharsets.US_ASCII);
  }
}
