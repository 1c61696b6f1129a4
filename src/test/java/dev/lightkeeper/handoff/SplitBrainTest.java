package dev.lightkeeper.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.handoff.SplitBrain.Measure;
import dev.lightkeeper.handoff.SplitBrain.Wish;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitBrainTest {
  private static final Instant TIME = Instant.parse("2026-11-23T10:00:00Z");
  private static final String SELF = "a".repeat(32);
  private static final Claimant OTHER = new Claimant("b".repeat(32), "other", "1".repeat(32));
  private static final String STRANGER = "host other streams it";
  private static final HandoffId ID = new HandoffId("d".repeat(32));

  private static HandoffEvent offerBy(String writer) {
    Sha256 hash = Sha256.of("x".getBytes(UTF_8));
    return new HandoffEvent.Offer(
        new Handoff(
            ID,
            hash,
            List.of(
                new OfferedNode(
                    new NodeName("alice"), NodeKind.LND, Map.of("/channel.db", hash), hash, 1)),
            "old",
            writer,
            TIME,
            "key",
            "sftp://offsite"),
        true);
  }

  private static SplitBrain brain(Wish wish, boolean handedOff) {
    return new SplitBrain(wish, SELF, handedOff);
  }

  @ParameterizedTest
  @CsvSource({
    "DEFAULT, false, false",
    "DEFAULT, true,  true",
    "STOP,    false, true",
    "STOP,    true,  true",
    "ALERT,   false, false",
    "ALERT,   true,  false"
  })
  void another_writer_stops_the_node_where_that_is_wished(
      Wish wish, boolean handedOff, boolean stops) {
    Measure measure = brain(wish, handedOff).decide(STRANGER, List.of());

    assertThat(measure).isInstanceOf(stops ? Measure.Stop.class : Measure.Alarm.class);
    assertThat(measure.toString()).contains("other");
  }

  @ParameterizedTest
  @CsvSource({"DEFAULT, true", "STOP, true", "ALERT, false"})
  void an_own_handoff_claimed_elsewhere_stops_the_node_unless_it_is_only_to_alert(
      Wish wish, boolean stops) {
    assertThat(
            brain(wish, false)
                .decide(null, List.of(offerBy(SELF), new HandoffEvent.Claimed(ID, OTHER, TIME))))
        .isInstanceOf(stops ? Measure.Stop.class : Measure.Alarm.class);
  }

  @Test
  void a_torn_claim_is_somebodys() {
    assertThat(
            brain(Wish.STOP, false)
                .decide(null, List.of(offerBy(SELF), new HandoffEvent.Claimed(ID, null, TIME))))
        .isInstanceOf(Measure.Stop.class);
  }

  @Test
  void what_this_host_claimed_itself_or_another_host_offered_is_no_sign() {
    Claimant me = new Claimant(SELF, "me", "1".repeat(32));
    Measure nothing = new Measure.Nothing();

    assertThat(
            brain(Wish.STOP, true)
                .decide(
                    null, List.of(offerBy("c".repeat(32)), new HandoffEvent.Claimed(ID, me, TIME))))
        .isEqualTo(nothing);
    assertThat(brain(Wish.STOP, true).decide(null, List.of(offerBy(SELF)))).isEqualTo(nothing);
  }

  @Test
  void a_claim_that_was_given_up_is_no_sign() {
    assertThat(
            brain(Wish.STOP, true)
                .decide(
                    null,
                    List.of(
                        offerBy(SELF),
                        new HandoffEvent.Claimed(ID, OTHER, TIME),
                        new HandoffEvent.Abandoned(ID, OTHER, TIME))))
        .isEqualTo(new Measure.Nothing());
  }

  @Test
  void a_node_that_came_back_by_a_later_handoff_is_no_sign() {
    Claimant me = new Claimant(SELF, "me", "1".repeat(32));
    HandoffEvent away = new HandoffEvent.Claimed(ID, OTHER, TIME);

    assertThat(
            brain(Wish.STOP, true)
                .decide(
                    null,
                    List.of(
                        offerBy(SELF),
                        away,
                        new HandoffEvent.Claimed(
                            new HandoffId("e".repeat(32)), me, TIME.plusSeconds(60)))))
        .isEqualTo(new Measure.Nothing());
  }
}
