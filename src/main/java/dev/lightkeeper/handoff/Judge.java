package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.Question.Stage;
import dev.lightkeeper.handoff.Sighting.NodeSeen;
import dev.lightkeeper.handoff.Sighting.Seen;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a channel database may go live, from what is known and nothing else. Every doubt
 * is a refusal: an old channel state on line loses funds, a refusal costs time.
 */
public final class Judge {
  private static final String AGAIN =
      "make a new one on the source: lightkeeper handoff release, then lightkeeper backup"
          + " --migrate; or restore without --migrate";
  private static final String DISASTER =
      "restore without --migrate: the channel databases are kept aside, and the channels are"
          + " recovered from the newest channel backup";

  private final Question question;
  private final List<Seen> seen;

  private Judge(Question question, List<Seen> seen) {
    this.question = question;
    this.seen = seen;
  }

  /**
   * The verdict.
   *
   * @param sightings of every remote that is configured, asked just now
   */
  public static Verdict decide(Question question, List<Sighting> sightings) {
    List<Seen> seen = new ArrayList<>();
    for (Sighting sighting : sightings) {
      switch (sighting) {
        case Sighting.Unreached(var remote, var why) -> {
          return refuse(
              Refusal.UNREACHED,
              "%s does not answer, and may know that the source ran again: %s"
                  .formatted(remote, why),
              "try again when it answers; a remote that is gone for ever is to be taken out of the"
                  + " configuration");
        }
        case Seen answered -> seen.add(answered);
      }
    }
    return new Judge(question, seen).decide();
  }

  private Verdict decide() {
    HandoffId id = question.id();
    if (id == null) {
      return refuse(
          Refusal.NOT_A_MIGRATION,
          "the archive was made as a routine backup: its nodes went on after it",
          DISASTER);
    }
    Set<Handoff> offers = new HashSet<>();
    Handoff carried = question.carried();
    if (carried != null) {
      offers.add(carried);
    }
    for (HandoffEvent event : eventsOf(id)) {
      switch (event) {
        case HandoffEvent.Offer offer -> offers.add(offer.handoff());
        case HandoffEvent.Torn torn -> {
          return refuse(
              Refusal.OFFER_CHANGED,
              "the offer %s in the folder of %s cannot be read".formatted(id, torn.node()),
              AGAIN);
        }
        case HandoffEvent.Claimed _,
            HandoffEvent.Spent _,
            HandoffEvent.Abandoned _,
            HandoffEvent.Voided _ -> {
          // Looked at once the offer is known.
        }
      }
    }
    if (offers.isEmpty()) {
      return refuse(
          Refusal.NO_OFFER,
          "no remote holds the offer %s that this archive names".formatted(id),
          "check that the source's remotes are in this configuration; otherwise " + DISASTER);
    }
    if (offers.size() > 1) {
      return refuse(
          Refusal.OFFER_CHANGED, "the offer %s is not the same everywhere".formatted(id), AGAIN);
    }
    Handoff offer = offers.iterator().next();
    Verdict.@Nullable Refused refused = firstOf(offer);
    return refused != null
        ? refused
        : claimed(offer) ? new Verdict.Granted(offer) : new Verdict.Open(offer);
  }

  private Verdict.@Nullable Refused firstOf(Handoff offer) {
    Verdict.Refused refused = archive(offer);
    refused = refused != null ? refused : folders(offer);
    refused = refused != null ? refused : voided(offer);
    refused = refused != null || byHand() ? refused : decider(offer);
    refused = refused != null ? refused : superseded(offer);
    refused = refused != null ? refused : claims(offer);
    for (OfferedNode node : offer.nodes()) {
      for (Seen remote : seen) {
        refused = refused != null ? refused : signs(offer, node, remote);
      }
    }
    return refused;
  }

  private Verdict.@Nullable Refused archive(Handoff offer) {
    if (Collections.disjoint(question.databases().values(), offer.databases().values())) {
      return refuse(
          Refusal.ANOTHER_NODE,
          "the offer %s is of %s on %s, and none of their channel databases is in this archive"
              .formatted(offer.id(), offer.names(), offer.host()),
          DISASTER);
    }
    if (!offer.archive().equals(question.archive())
        || !offer.databases().equals(question.databases())) {
      return refuse(
          Refusal.ARCHIVE_CHANGED,
          "the archive is not the one that was offered: its SHA-256 is %s, the offer's %s"
              .formatted(question.archive().abbreviated(), offer.archive().abbreviated()),
          "fetch it again: lightkeeper fetch --archive; if it is the same then, it was changed");
    }
    return null;
  }

  private Verdict.@Nullable Refused folders(Handoff offer) {
    Set<NodeName> offered = new HashSet<>(offer.nodes().stream().map(OfferedNode::name).toList());
    for (Seen remote : seen) {
      for (Map.Entry<NodeName, NodeSeen> node : remote.nodes().entrySet()) {
        boolean holdsIt =
            node.getValue().events().stream()
                .anyMatch(e -> e instanceof HandoffEvent.Offer && e.id().equals(offer.id()));
        if (holdsIt && !offered.contains(node.getKey())) {
          return refuse(
              Refusal.ANOTHER_NODE,
              "%s holds the offer of %s in the folder of %s"
                  .formatted(remote.remote(), offer.names(), node.getKey()),
              "nothing puts it there by itself: find out who did");
        }
      }
    }
    return null;
  }

  private Verdict.@Nullable Refused voided(Handoff offer) {
    for (HandoffEvent event : eventsOf(offer.id())) {
      if (event instanceof HandoffEvent.Voided v) {
        return refuse(
            Refusal.VOID,
            "the offer is void since %s: %s (said by %s)".formatted(v.at(), v.reason(), v.host()),
            AGAIN);
      }
    }
    return null;
  }

  private Verdict.@Nullable Refused decider(Handoff offer) {
    NodeName first = offer.nodes().getFirst().name();
    long deciders =
        seen.stream()
            .filter(
                r ->
                    events(r, first).stream()
                        .anyMatch(
                            e ->
                                e instanceof HandoffEvent.Offer o
                                    && o.id().equals(offer.id())
                                    && o.decides()))
            .count();
    if (deciders != 1) {
      return refuse(
          Refusal.NO_DECIDER,
          deciders == 0
              ? "the remote that decides who may claim this offer is not configured here: it is "
                  + offer.decider()
              : "%d remotes say that they decide who may claim this offer".formatted(deciders),
          deciders == 0 ? "add it to the configuration" : AGAIN);
    }
    return null;
  }

  private Verdict.@Nullable Refused superseded(Handoff offer) {
    for (OfferedNode node : offer.nodes()) {
      for (Seen remote : seen) {
        for (HandoffEvent event : events(remote, node.name())) {
          if (event instanceof HandoffEvent.Offer(var other, _)
              && !other.id().equals(offer.id())
              && !other.at().isBefore(offer.at())) {
            return refuse(
                Refusal.SUPERSEDED,
                "%s was offered again at %s: this archive of %s is older"
                    .formatted(node.name(), other.at(), offer.at()),
                "use the archive of the newer offer " + other.id().abbreviated());
          }
        }
      }
    }
    return null;
  }

  private Verdict.@Nullable Refused claims(Handoff offer) {
    for (HandoffEvent event : eventsOf(offer.id())) {
      Verdict.@Nullable Refused refused =
          switch (event) {
            case HandoffEvent.Claimed(_, var claimant, var at) ->
                question.me().equals(claimant) ? null : claimedBy(claimant, at);
            case HandoffEvent.Spent(_, var claimant, var at) ->
                question.stage() != Stage.ASKING && question.me().equals(claimant)
                    ? null
                    : spentAt(at);
            case HandoffEvent.Abandoned(_, _, var at) ->
                refuse(Refusal.ABANDONED, "the destination gave this offer up at " + at, AGAIN);
            case HandoffEvent.Offer _, HandoffEvent.Torn _, HandoffEvent.Voided _ -> null;
          };
      if (refused != null) {
        return refused;
      }
    }
    return null;
  }

  private Verdict.Refused claimedBy(@Nullable Claimant other, Instant at) {
    String who =
        other == null
            ? "somebody whose note is torn"
            : other.installation().equals(question.me().installation())
                ? "%s, with this host's own installation id: one is a copy of the other"
                    .formatted(other.host())
                : other.host();
    return refuse(
        Refusal.CLAIMED,
        "the offer was claimed at %s by %s".formatted(at, who),
        "never run the node on both: see what runs there before anything else");
  }

  private static Verdict.Refused spentAt(Instant at) {
    return refuse(
        Refusal.SPENT,
        "the node was started from this archive at " + at + ": what is in it is old since then",
        DISASTER);
  }

  private Verdict.@Nullable Refused signs(Handoff offer, OfferedNode node, Seen remote) {
    NodeSeen there = remote.nodes().get(node.name());
    if (there == null) {
      return null;
    }
    Verdict.Refused refused = rolledBack(offer, node, remote, there.versions());
    refused = refused != null ? refused : newer(offer, node, remote, there.versions());
    return refused != null ? refused : anotherWriter(offer, node, remote, there.writers());
  }

  private Verdict.@Nullable Refused rolledBack(
      Handoff offer, OfferedNode node, Seen remote, List<Version> versions) {
    long highest = versions.stream().mapToLong(Version::sequence).max().orElse(0);
    boolean offeredHere = holdsOffer(offer, node, remote);
    long known = question.known().getOrDefault(node.name(), 0L);
    long least = Math.max(offeredHere ? node.sequence() : 0, known);
    if (highest >= least) {
      return null;
    }
    return refuse(
        Refusal.ROLLED_BACK,
        "%s holds versions of %s up to %d, and held %d before: it was set back to an older state, and may have lost that the source ran again"
            .formatted(remote.remote(), node.name(), highest, least),
        AGAIN);
  }

  private Verdict.@Nullable Refused newer(
      Handoff offer, OfferedNode node, Seen remote, List<Version> versions) {
    if (question.stage() == Stage.RAN) {
      return null;
    }
    long offered = offered(node);
    for (Version version : versions) {
      boolean other = !version.hash().equals(node.channelBackup());
      if (other && version.sequence() > offered) {
        return refuse(
            Refusal.NEWER_VERSION,
            "%s holds version %d of %s, newer than the offer's %d: the source ran again"
                .formatted(remote.remote(), version.sequence(), node.name(), offered),
            AGAIN);
      }
    }
    @Nullable Version newest = versions.isEmpty() ? null : Collections.max(versions);
    for (Version version : versions) {
      boolean other = !version.hash().equals(node.channelBackup());
      boolean asNewest = version.equals(newest) && holdsOffer(offer, node, remote);
      if (other && (asNewest || version.observedAt().isAfter(offer.at()))) {
        return refuse(
            Refusal.NEWER_BACKUP,
            "%s holds a channel backup of %s (%s, %s) that the offer does not know: the source ran again"
                .formatted(
                    remote.remote(),
                    node.name(),
                    version.hash().abbreviated(),
                    version.observedAt()),
            AGAIN);
      }
    }
    return null;
  }

  /** The offer's version: one that was carried by hand knows only its content. */
  private long offered(OfferedNode node) {
    return byHand()
        ? seen.stream()
            .map(r -> r.nodes().get(node.name()))
            .filter(Objects::nonNull)
            .flatMap(n -> n.versions().stream())
            .filter(v -> v.hash().equals(node.channelBackup()))
            .mapToLong(Version::sequence)
            .max()
            .orElse(Long.MAX_VALUE)
        : node.sequence();
  }

  private boolean byHand() {
    return question.carried() != null;
  }

  private Verdict.@Nullable Refused anotherWriter(
      Handoff offer, OfferedNode node, Seen remote, List<Writer> writers) {
    for (Writer writer : writers) {
      boolean known =
          writer.id().equals(offer.writer()) || writer.id().equals(question.me().installation());
      if (!known && writer.since().isAfter(offer.at())) {
        return refuse(
            Refusal.ANOTHER_WRITER,
            "%s says that %s streams %s since %s, after the offer"
                .formatted(remote.remote(), writer.host(), node.name(), writer.since()),
            "see what runs there before anything else: two live copies of one node lose funds");
      }
    }
    return null;
  }

  /**
   * Whether every folder that holds the offer holds the claim of the one who asks; of one that was
   * carried by hand, every remote.
   */
  private boolean claimed(Handoff offer) {
    return offer.nodes().stream()
        .allMatch(
            node ->
                seen.stream()
                    .filter(r -> byHand() || holdsOffer(offer, node, r))
                    .allMatch(
                        r ->
                            events(r, node.name()).stream()
                                .anyMatch(
                                    e ->
                                        e instanceof HandoffEvent.Claimed c
                                            && c.id().equals(offer.id())
                                            && Objects.equals(c.claimant(), question.me()))));
  }

  private static boolean holdsOffer(Handoff offer, OfferedNode node, Seen remote) {
    return events(remote, node.name()).stream()
        .anyMatch(e -> e instanceof HandoffEvent.Offer && e.id().equals(offer.id()));
  }

  private static List<HandoffEvent> events(Seen remote, NodeName node) {
    NodeSeen there = remote.nodes().get(node);
    return there == null ? List.of() : there.events();
  }

  private List<HandoffEvent> eventsOf(HandoffId id) {
    return seen.stream()
        .map(r -> r.nodes().values())
        .flatMap(Collection::stream)
        .flatMap(n -> n.events().stream())
        .filter(e -> e.id().equals(id))
        .toList();
  }

  private static Verdict.Refused refuse(Refusal refusal, String what, String remedy) {
    return new Verdict.Refused(refusal, what, remedy);
  }
}
