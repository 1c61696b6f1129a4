package dev.lightkeeper.handoff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.handoff.Question.Stage;
import dev.lightkeeper.handoff.Sighting.NodeSeen;
import dev.lightkeeper.handoff.Sighting.Seen;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way in which an old channel state could go live, and the refusal it meets. */
class JudgeTest {
  private static final NodeName ALICE = new NodeName("alice");
  private static final NodeName CAROL = new NodeName("carol");
  private static final Instant OFFERED = Instant.parse("2026-11-23T10:00:00Z");
  private static final Instant LATER = OFFERED.plusSeconds(60);
  private static final Instant EARLIER = OFFERED.minusSeconds(60);
  private static final String SOURCE = "a".repeat(32);
  private static final Claimant ME = new Claimant("b".repeat(32), "new", "1".repeat(32));
  private static final Claimant OTHER = new Claimant("c".repeat(32), "other", "2".repeat(32));
  private static final HandoffId ID = new HandoffId("d".repeat(32));
  private static final NodeSeen NONE = new NodeSeen(List.of(), List.of(), List.of());
  private static final Handoff OFFER = offer(ID, OFFERED, "archive");

  private static Sha256 hash(String of) {
    return Sha256.of(of.getBytes(UTF_8));
  }

  private static Handoff offer(HandoffId id, Instant at, String archive) {
    return new Handoff(
        id,
        hash(archive),
        List.of(
            new OfferedNode(ALICE, NodeKind.LND, Map.of("/a/channel.db", hash("a")), scb(5), 5),
            new OfferedNode(
                CAROL, NodeKind.CLN, Map.of("/c/lightningd.sqlite3", hash("c")), scb(9), 9)),
        "old",
        SOURCE,
        at,
        "key",
        "sftp://offsite/backups");
  }

  private static Sha256 scb(long sequence) {
    return hash("scb " + sequence);
  }

  private static Version version(long sequence, Sha256 hash, Instant at) {
    return new Version(sequence, at, hash);
  }

  /** Two remotes and a question, all in order; each test spoils one thing. */
  record Case(
      Question question, Map<String, Map<NodeName, NodeSeen>> remotes, List<Sighting> extra) {
    static Case sound() {
      Map<String, Map<NodeName, NodeSeen>> remotes = new LinkedHashMap<>();
      for (String remote : List.of("offsite", "disk")) {
        Map<NodeName, NodeSeen> nodes = new LinkedHashMap<>();
        HandoffEvent there = new HandoffEvent.Offer(OFFER, remote.equals("offsite"));
        nodes.put(ALICE, seen(there, version(4, scb(4), EARLIER), version(5, scb(5), EARLIER)));
        nodes.put(CAROL, seen(there, version(9, scb(9), EARLIER)));
        remotes.put(remote, nodes);
      }
      return new Case(
          new Question(ME, OFFER.archive(), ID, OFFER.databases(), Map.of(), null, Stage.ASKING),
          remotes,
          List.of());
    }

    private static NodeSeen seen(HandoffEvent event, Version... versions) {
      return new NodeSeen(
          List.of(event),
          List.of(versions),
          List.of(new Writer(SOURCE, "old", EARLIER), new Writer(SOURCE, "old", LATER)));
    }

    Case with(String remote, NodeName node, UnaryOperator<NodeSeen> change) {
      Map<String, Map<NodeName, NodeSeen>> changed = new LinkedHashMap<>(remotes);
      Map<NodeName, NodeSeen> nodes = new LinkedHashMap<>(changed.get(remote));
      nodes.put(node, change.apply(nodes.getOrDefault(node, NONE)));
      changed.put(remote, nodes);
      return new Case(question, changed, extra);
    }

    Case event(String remote, NodeName node, HandoffEvent event) {
      return with(
          remote,
          node,
          n -> {
            List<HandoffEvent> events = new ArrayList<>(n.events());
            events.add(event);
            return new NodeSeen(events, n.versions(), n.writers());
          });
    }

    Case everywhere(HandoffEvent event) {
      Case all = this;
      for (String remote : remotes.keySet()) {
        all = all.event(remote, ALICE, event).event(remote, CAROL, event);
      }
      return all;
    }

    Case noEvents(String remote) {
      return with(remote, ALICE, n -> new NodeSeen(List.of(), n.versions(), n.writers()))
          .with(remote, CAROL, n -> new NodeSeen(List.of(), n.versions(), n.writers()));
    }

    Case versions(String remote, NodeName node, Version... versions) {
      return with(remote, node, n -> new NodeSeen(n.events(), List.of(versions), n.writers()));
    }

    Case writer(String remote, NodeName node, Writer writer) {
      return with(remote, node, n -> new NodeSeen(n.events(), n.versions(), List.of(writer)));
    }

    Case asking(Question other) {
      return new Case(other, remotes, extra);
    }

    Case archive(@Nullable HandoffId id, String archive, Map<String, Sha256> databases) {
      return asking(
          new Question(
              ME,
              hash(archive),
              id,
              databases,
              question.known(),
              question.carried(),
              question.stage()));
    }

    Case knowing(long sequence) {
      return asking(
          new Question(
              ME,
              question.archive(),
              ID,
              question.databases(),
              Map.of(ALICE, sequence),
              question.carried(),
              question.stage()));
    }

    /** Carried by hand: no remote holds it. */
    Case byHand() {
      Handoff carried =
          new Handoff(
              ID,
              OFFER.archive(),
              List.of(
                  new OfferedNode(
                      ALICE, NodeKind.LND, Map.of("/a/channel.db", hash("a")), scb(5), 0),
                  new OfferedNode(
                      CAROL, NodeKind.CLN, Map.of("/c/lightningd.sqlite3", hash("c")), scb(9), 0)),
              "old",
              SOURCE,
              OFFERED,
              "key",
              null);
      return noEvents("offsite")
          .noEvents("disk")
          .asking(
              new Question(
                  ME,
                  question.archive(),
                  ID,
                  question.databases(),
                  question.known(),
                  carried,
                  question.stage()));
    }

    Case unreached() {
      return new Case(question, remotes, List.of(new Sighting.Unreached("third", "no route")));
    }

    Verdict verdict() {
      List<Sighting> sightings = new ArrayList<>();
      remotes.forEach((name, nodes) -> sightings.add(new Seen(name, nodes)));
      sightings.addAll(extra);
      return Judge.decide(question, sightings);
    }
  }

  private static HandoffEvent claim(Claimant who) {
    return new HandoffEvent.Claimed(ID, who, LATER);
  }

  private static HandoffEvent spent(Claimant who) {
    return new HandoffEvent.Spent(ID, who, LATER);
  }

  /**
   * @param what happened, in words
   */
  record Spoiled(String what, Refusal refusal, UnaryOperator<Case> how) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Spoiled> refusals() {
    HandoffId newer = new HandoffId("e".repeat(32));
    Map<String, Sha256> ours = OFFER.databases();
    return Stream.of(
        new Spoiled(
            "a nightly archive", Refusal.NOT_A_MIGRATION, c -> c.archive(null, "archive", ours)),
        new Spoiled(
            "a nightly archive whose marker was changed to migrate",
            Refusal.NO_OFFER,
            c -> c.archive(newer, "nightly", ours)),
        new Spoiled(
            "a nightly archive that names an offer of another archive",
            Refusal.ARCHIVE_CHANGED,
            c -> c.archive(ID, "nightly", ours)),
        new Spoiled(
            "an archive edited after the offer",
            Refusal.ARCHIVE_CHANGED,
            c -> c.archive(ID, "archive, edited", ours)),
        new Spoiled(
            "an archive that holds a database the offer does not",
            Refusal.ARCHIVE_CHANGED,
            c ->
                c.archive(
                    ID,
                    "archive",
                    Map.of(
                        "/a/channel.db", hash("a"),
                        "/c/lightningd.sqlite3", hash("c"),
                        "/e/eclair.sqlite", hash("e")))),
        new Spoiled(
            "an archive that holds another state of one database",
            Refusal.ARCHIVE_CHANGED,
            c ->
                c.archive(
                    ID,
                    "archive",
                    Map.of("/a/channel.db", hash("a"), "/c/lightningd.sqlite3", hash("older")))),
        new Spoiled(
            "the offer of another node",
            Refusal.ANOTHER_NODE,
            c -> c.archive(ID, "archive", Map.of("/a/channel.db", hash("another")))),
        new Spoiled(
            "the offer copied into the folder of another node",
            Refusal.ANOTHER_NODE,
            c -> c.event("disk", new NodeName("mallory"), new HandoffEvent.Offer(OFFER, false))),
        new Spoiled(
            "an old migration archive: the node was offered again",
            Refusal.SUPERSEDED,
            c ->
                c.event("disk", CAROL, new HandoffEvent.Offer(offer(newer, LATER, "newer"), true))),
        new Spoiled(
            "two offers of the same moment",
            Refusal.SUPERSEDED,
            c ->
                c.event(
                    "disk", CAROL, new HandoffEvent.Offer(offer(newer, OFFERED, "newer"), true))),
        new Spoiled(
            "an offer that was edited on one remote",
            Refusal.OFFER_CHANGED,
            c ->
                c.event(
                    "disk", ALICE, new HandoffEvent.Offer(offer(ID, OFFERED, "edited"), false))),
        new Spoiled(
            "an offer that is torn on one remote",
            Refusal.OFFER_CHANGED,
            c -> c.event("disk", ALICE, new HandoffEvent.Torn(ID, ALICE))),
        new Spoiled(
            "the source ran again, seen by its guard, told on one remote alone",
            Refusal.VOID,
            c -> c.event("disk", CAROL, new HandoffEvent.Voided(ID, "it ran", "old", LATER))),
        new Spoiled(
            "void although it was claimed before",
            Refusal.VOID,
            c ->
                c.everywhere(claim(ME))
                    .event("disk", CAROL, new HandoffEvent.Voided(ID, "it ran", "old", LATER))),
        new Spoiled(
            "the source ran again, seen by a newer version alone",
            Refusal.NEWER_VERSION,
            c ->
                c.versions(
                    "disk", ALICE, version(5, scb(5), EARLIER), version(6, scb(6), EARLIER))),
        new Spoiled(
            "the source ran again, seen by the newer hash alone",
            Refusal.NEWER_BACKUP,
            c -> c.versions("disk", ALICE, version(5, scb(5), EARLIER), version(5, scb(6), LATER))),
        new Spoiled(
            "another hash as the newest, whatever its time",
            Refusal.NEWER_BACKUP,
            c -> c.versions("disk", ALICE, version(5, scb(6), EARLIER))),
        new Spoiled(
            "another hash after the offer, out of order",
            Refusal.NEWER_BACKUP,
            c -> c.versions("disk", ALICE, version(3, scb(6), LATER), version(5, scb(5), EARLIER))),
        new Spoiled(
            "a newer version on a remote that knows nothing of the offer",
            Refusal.NEWER_VERSION,
            c -> c.noEvents("disk").versions("disk", ALICE, version(6, scb(6), EARLIER))),
        new Spoiled(
            "the same offer claimed by another", Refusal.CLAIMED, c -> c.everywhere(claim(OTHER))),
        new Spoiled(
            "claimed by another on one remote and by this host on the other",
            Refusal.CLAIMED,
            c ->
                c.event("offsite", ALICE, claim(ME))
                    .event("offsite", CAROL, claim(ME))
                    .event("disk", ALICE, claim(OTHER))),
        new Spoiled(
            "claimed by a copy of this host",
            Refusal.CLAIMED,
            c -> c.everywhere(claim(new Claimant(ME.installation(), ME.host(), "9".repeat(32))))),
        new Spoiled(
            "a torn claim is somebody's",
            Refusal.CLAIMED,
            c -> c.event("disk", ALICE, new HandoffEvent.Claimed(ID, null, LATER))),
        new Spoiled(
            "restored a second time on the same host",
            Refusal.SPENT,
            c -> c.everywhere(claim(ME)).event("disk", ALICE, spent(ME))),
        new Spoiled(
            "a torn mark of the first start",
            Refusal.SPENT,
            c ->
                c.everywhere(claim(ME))
                    .event("disk", ALICE, new HandoffEvent.Spent(ID, null, LATER))),
        new Spoiled(
            "given up by this host",
            Refusal.ABANDONED,
            c ->
                c.everywhere(claim(ME))
                    .event("disk", ALICE, new HandoffEvent.Abandoned(ID, ME, LATER))),
        new Spoiled(
            "a remote rolled back to before the offer's version",
            Refusal.ROLLED_BACK,
            c -> c.versions("disk", ALICE, version(4, scb(4), EARLIER))),
        new Spoiled(
            "a remote that lost the versions of one node",
            Refusal.ROLLED_BACK,
            c -> c.versions("disk", CAROL)),
        new Spoiled(
            "a remote rolled back to an older state than the spool knows",
            Refusal.ROLLED_BACK,
            c -> c.knowing(6)),
        new Spoiled(
            "another installation streams the node since",
            Refusal.ANOTHER_WRITER,
            c -> c.writer("disk", ALICE, new Writer(OTHER.installation(), "other", LATER))),
        new Spoiled(
            "no remote knows the offer",
            Refusal.NO_OFFER,
            c -> c.noEvents("offsite").noEvents("disk")),
        new Spoiled(
            "the remote that decides is not configured",
            Refusal.NO_DECIDER,
            c -> c.noEvents("offsite")),
        new Spoiled(
            "two remotes decide",
            Refusal.NO_DECIDER,
            c -> c.event("disk", ALICE, new HandoffEvent.Offer(OFFER, true))),
        new Spoiled("a remote does not answer", Refusal.UNREACHED, Case::unreached));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void is_refused(Spoiled spoiled) {
    assertThat(spoiled.how().apply(Case.sound()).verdict())
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> {
              assertThat(refused.refusal()).isEqualTo(spoiled.refusal());
              assertThat(refused.what()).isNotBlank();
              assertThat(refused.remedy()).isNotBlank();
            });
  }

  /** Claimed by this host does not help. */
  @ParameterizedTest
  @MethodSource("refusals")
  void is_refused_to_the_one_who_has_claimed_it_too(Spoiled spoiled) {
    assertThat(spoiled.how().apply(Case.sound().everywhere(claim(ME))).verdict())
        .isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void what_nothing_contradicts_and_nobody_claimed_is_open() {
    assertThat(Case.sound().verdict()).isEqualTo(new Verdict.Open(OFFER));
  }

  @Test
  void what_this_host_alone_claimed_everywhere_is_granted() {
    assertThat(Case.sound().everywhere(claim(ME)).verdict()).isEqualTo(new Verdict.Granted(OFFER));
  }

  @Test
  void a_claim_that_is_not_everywhere_yet_is_not_granted() {
    assertThat(Case.sound().event("offsite", ALICE, claim(ME)).verdict())
        .isEqualTo(new Verdict.Open(OFFER));
  }

  @Test
  void the_mark_of_this_very_start_does_not_stop_it() {
    Case started = Case.sound().everywhere(claim(ME)).everywhere(spent(ME));

    assertThat(started.asking(started.question().at(Stage.STARTING)).verdict())
        .isEqualTo(new Verdict.Granted(OFFER));
    assertThat(
            Case.sound()
                .everywhere(claim(ME))
                .event("disk", ALICE, spent(OTHER))
                .asking(started.question().at(Stage.STARTING))
                .verdict())
        .isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void the_same_channel_backup_under_a_higher_number_is_no_sign() {
    assertThat(
            Case.sound()
                .versions("disk", ALICE, version(5, scb(5), EARLIER), version(6, scb(5), LATER))
                .verdict())
        .isEqualTo(new Verdict.Open(OFFER));
  }

  @Test
  void an_older_offer_of_the_node_and_what_became_of_it_is_past() {
    HandoffId older = new HandoffId("0".repeat(32));
    assertThat(
            Case.sound()
                .everywhere(new HandoffEvent.Offer(offer(older, EARLIER, "older"), true))
                .everywhere(new HandoffEvent.Voided(older, "released", "old", EARLIER))
                .verdict())
        .isEqualTo(new Verdict.Open(OFFER));
  }

  @Test
  void a_remote_that_was_away_at_the_offer_may_be_behind() {
    assertThat(
            Case.sound()
                .noEvents("disk")
                .versions("disk", ALICE, version(3, scb(3), EARLIER))
                .verdict())
        .isEqualTo(new Verdict.Open(OFFER));
  }

  static Stream<Spoiled> refusalsByHand() {
    return refusals()
        .filter(
            s ->
                switch (s.refusal()) {
                  case VOID,
                      SUPERSEDED,
                      CLAIMED,
                      SPENT,
                      ABANDONED,
                      NEWER_VERSION,
                      ANOTHER_WRITER,
                      UNREACHED ->
                      true;
                  case NEWER_BACKUP -> !s.what().contains("whatever its time");
                  case ROLLED_BACK -> s.what().contains("spool");
                  // Of an offer's note, which no remote has; the archive is the code's to judge.
                  case NOT_A_MIGRATION,
                      NO_OFFER,
                      OFFER_CHANGED,
                      ARCHIVE_CHANGED,
                      ANOTHER_NODE,
                      NO_DECIDER ->
                      false;
                });
  }

  @ParameterizedTest
  @MethodSource("refusalsByHand")
  void is_refused_of_an_offer_that_was_carried_by_hand_too(Spoiled spoiled) {
    assertThat(spoiled.how().apply(Case.sound().byHand()).verdict())
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(spoiled.refusal()));
  }

  @Test
  void
      an_offer_carried_by_hand_that_no_remote_contradicts_is_open_until_every_remote_has_the_claim() {
    Case byHand = Case.sound().byHand();

    assertThat(byHand.verdict()).isInstanceOf(Verdict.Open.class);
    assertThat(byHand.event("disk", ALICE, claim(ME)).verdict()).isInstanceOf(Verdict.Open.class);
    assertThat(byHand.everywhere(claim(ME)).verdict()).isInstanceOf(Verdict.Granted.class);
  }

  @Test
  void a_remote_that_lacks_the_last_channel_backup_of_an_offer_carried_by_hand_is_behind() {
    assertThat(
            Case.sound()
                .byHand()
                .versions("disk", ALICE, version(3, scb(3), EARLIER))
                .versions("disk", CAROL)
                .verdict())
        .isInstanceOf(Verdict.Open.class);
  }

  @Test
  void an_offer_carried_by_hand_is_refused_where_a_remote_holds_another_of_the_same_id() {
    assertThat(
            Case.sound()
                .byHand()
                .event("disk", ALICE, new HandoffEvent.Offer(OFFER, true))
                .verdict())
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused -> assertThat(refused.refusal()).isEqualTo(Refusal.OFFER_CHANGED));
  }

  @Test
  void newer_channel_backups_of_a_node_that_ran_here_before_it_was_let_are_its_own() {
    Case newer =
        Case.sound()
            .everywhere(claim(ME))
            .versions("disk", ALICE, version(5, scb(5), EARLIER), version(6, scb(6), LATER));

    assertThat(newer.asking(newer.question().at(Stage.STARTING)).verdict())
        .isInstanceOf(Verdict.Refused.class);
    assertThat(newer.asking(newer.question().at(Stage.RAN)).verdict())
        .isEqualTo(new Verdict.Granted(OFFER));
  }
}
