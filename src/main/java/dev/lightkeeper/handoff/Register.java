package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.Sighting.Seen;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every offer that remotes and this host know of, and how it stands. */
public final class Register {
  private Register() {}

  /**
   * One offer.
   *
   * @param here whether its nodes are locked on this host
   * @param places the names of the remotes that hold it
   */
  public record Entry(Handoff offer, HandoffState state, boolean here, Set<String> places) {
    public Entry {
      places = Set.copyOf(places);
    }
  }

  /**
   * What was found.
   *
   * @param entries newest first
   * @param unreached remotes that did not answer, and why
   */
  public record Found(List<Entry> entries, List<String> unreached) {
    public Found {
      entries = List.copyOf(entries);
      unreached = List.copyOf(unreached);
    }
  }

  /** What this host's own journal says is offered here; empty if nothing is locked. */
  public static Optional<Entry> here(Path state) throws HandoffException {
    LockJournal journal = LockFile.journal(state).read().orElse(null);
    if (journal == null) {
      return Optional.empty();
    }
    LockJournal.VoidMark mark = journal.voided();
    return Optional.of(
        new Entry(
            Release.offer(journal),
            mark == null
                ? new HandoffState.Offered()
                : new HandoffState.Voided(mark.reason(), mark.at()),
            true,
            Set.of()));
  }

  /** How far the handoff of this host's nodes is. */
  public enum Here {
    /** Nothing is locked. */
    NONE,
    /** The offer was being made when its process died. */
    HALF_MADE,
    /** The offer stands, and has to. */
    STANDING,
    /** The offer is void; the nodes are locked until it is released. */
    VOID
  }

  /** The same in a word. */
  public static Here standing(Path state) throws HandoffException {
    LockJournal journal = LockFile.journal(state).read().orElse(null);
    if (journal == null) {
      return Here.NONE;
    }
    if (journal.voided() != null) {
      return Here.VOID;
    }
    return journal.made() == null ? Here.HALF_MADE : Here.STANDING;
  }

  /** The nodes that were handed off from here: nothing that streams them is this host's. */
  public static Set<NodeName> away(Path state) throws HandoffException {
    LockJournal journal = LockFile.journal(state).read().orElse(null);
    return journal == null || journal.made() == null
        ? Set.of()
        : journal.nodes().stream()
            .map(n -> new NodeName(n.name()))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Asks every remote. */
  public static Found read(Path state, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    Map<HandoffId, Handoff> offers = new LinkedHashMap<>();
    Map<HandoffId, Set<String>> places = new LinkedHashMap<>();
    List<HandoffEvent> events = new ArrayList<>();
    List<String> unreached = new ArrayList<>();
    for (Sighting sighting : Lookout.ask(remotes)) {
      switch (sighting) {
        case Sighting.Unreached(var remote, var why) -> unreached.add(remote + ": " + why);
        case Seen seen ->
            seen.nodes().values().stream()
                .flatMap(n -> n.events().stream())
                .forEach(
                    e -> {
                      events.add(e);
                      if (e instanceof HandoffEvent.Offer) {
                        var _ = place(places, e.id()).add(seen.remote());
                      }
                    });
      }
    }
    for (HandoffEvent event : events) {
      if (event instanceof HandoffEvent.Offer(var offer, _)) {
        offers.putIfAbsent(offer.id(), offer);
      }
    }
    Entry here = here(state).orElse(null);
    if (here != null) {
      offers.putIfAbsent(here.offer().id(), here.offer());
    }
    List<Entry> entries = new ArrayList<>();
    for (Handoff offer : offers.values()) {
      HandoffState known = stateOf(offer.id(), events);
      boolean locked = here != null && here.offer().id().equals(offer.id());
      if (here != null && locked && here.state() instanceof HandoffState.Voided) {
        known = here.state();
      }
      entries.add(new Entry(offer, known, locked, place(places, offer.id())));
    }
    entries.sort(Comparator.comparing((Entry e) -> e.offer().at()).reversed());
    return new Found(entries, unreached);
  }

  private static Set<String> place(Map<HandoffId, Set<String>> places, HandoffId id) {
    return places.computeIfAbsent(id, _ -> new TreeSet<>());
  }

  /** Void wins over everything, and used up over claimed. */
  static HandoffState stateOf(HandoffId id, List<HandoffEvent> events) {
    HandoffState state = new HandoffState.Offered();
    int rank = 0;
    for (HandoffEvent event : events) {
      if (!event.id().equals(id)) {
        continue;
      }
      switch (event) {
        case HandoffEvent.Voided v -> {
          return new HandoffState.Voided(v.reason(), v.at());
        }
        case HandoffEvent.Spent s -> {
          state = claimed(s.claimant(), s.at(), HandoffState.Progress.SPENT);
          rank = 3;
        }
        case HandoffEvent.Abandoned a -> {
          if (rank < 2) {
            state = claimed(a.claimant(), a.at(), HandoffState.Progress.ABANDONED);
            rank = 2;
          }
        }
        case HandoffEvent.Claimed c -> {
          if (rank < 1) {
            state = claimed(c.claimant(), c.at(), HandoffState.Progress.CLAIMED);
            rank = 1;
          }
        }
        case HandoffEvent.Offer _, HandoffEvent.Torn _ -> {
          // Nobody did anything about it.
        }
      }
    }
    return state;
  }

  private static HandoffState claimed(
      @Nullable Claimant who, Instant at, HandoffState.Progress progress) {
    return new HandoffState.Claimed(
        who == null ? "unknown" : who.installation(),
        who == null ? "unknown" : who.host(),
        at,
        progress);
  }
}
