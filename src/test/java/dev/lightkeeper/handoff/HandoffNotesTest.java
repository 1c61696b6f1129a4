package dev.lightkeeper.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Note;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandoffNotesTest {
  private static final NodeName NODE = new NodeName("alice");
  private static final Instant TIME = Instant.parse("2026-11-23T10:00:00.123Z");
  private static final HandoffId ID = new HandoffId("d".repeat(32));
  private static final Claimant WHO = new Claimant("b".repeat(32), "new", "1".repeat(32));

  static Stream<HandoffEvent> events() {
    Sha256 hash = Sha256.of("x".getBytes(UTF_8));
    Handoff offer =
        new Handoff(
            ID,
            hash,
            List.of(
                new OfferedNode(NODE, NodeKind.LND, Map.of("/a/channel.db", hash), hash, 7),
                new OfferedNode(
                    new NodeName("c"), NodeKind.CLN, Map.of("/c/l.sqlite3", hash), null, 0)),
            "old \"host\"",
            "a".repeat(32),
            TIME,
            "key",
            "sftp://offsite/x");
    return Stream.of(
        new HandoffEvent.Offer(offer, true),
        new HandoffEvent.Offer(offer, false),
        new HandoffEvent.Claimed(ID, WHO, TIME),
        new HandoffEvent.Spent(ID, WHO, TIME),
        new HandoffEvent.Abandoned(ID, WHO, TIME),
        new HandoffEvent.Voided(ID, "it ran", "old", TIME));
  }

  @ParameterizedTest
  @MethodSource("events")
  void what_is_written_reads_back(HandoffEvent event) {
    assertThat(HandoffNotes.read(NODE, HandoffNotes.write(event))).contains(event);
  }

  @ParameterizedTest
  @MethodSource("events")
  void every_cut_of_a_note_says_what_is_safe(HandoffEvent event) {
    Note whole = HandoffNotes.write(event);
    for (int i = 0; i < whole.text().strip().length(); i++) {
      HandoffEvent read =
          HandoffNotes.read(NODE, new Note(whole.name(), whole.text().substring(0, i)))
              .orElseThrow();
      switch (event) {
        case HandoffEvent.Offer _ -> assertThat(read).isEqualTo(new HandoffEvent.Torn(ID, NODE));
        case HandoffEvent.Voided _ -> assertThat(read).isInstanceOf(HandoffEvent.Voided.class);
        case HandoffEvent.Claimed _ ->
            assertThat(read).isEqualTo(new HandoffEvent.Claimed(ID, null, Instant.EPOCH));
        case HandoffEvent.Spent _ ->
            assertThat(read).isEqualTo(new HandoffEvent.Spent(ID, null, Instant.EPOCH));
        case HandoffEvent.Abandoned _ ->
            assertThat(read).isEqualTo(new HandoffEvent.Abandoned(ID, null, Instant.EPOCH));
        case HandoffEvent.Torn _ -> throw new AssertionError("not written");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "null", "{\"nodes\": null}", "{\"nodes\": [null]}", "\u0000"})
  void what_is_no_offer_is_torn(String text) {
    assertThat(HandoffNotes.read(NODE, new Note("offer-" + ID + ".json", text)))
        .contains(new HandoffEvent.Torn(ID, NODE));
  }

  @Test
  void an_offer_under_another_id_is_torn() {
    Note note = HandoffNotes.write(events().findFirst().orElseThrow());
    HandoffId other = new HandoffId("e".repeat(32));

    assertThat(HandoffNotes.read(NODE, new Note("offer-" + other + ".json", note.text())))
        .contains(new HandoffEvent.Torn(other, NODE));
  }

  @Test
  void a_note_of_a_later_version_is_passed_over() {
    assertThat(HandoffNotes.read(NODE, new Note("parley-" + ID + ".json", "{}"))).isEmpty();
  }
}
