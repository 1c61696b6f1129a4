package dev.lightkeeper.handoff;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.Guard.Engines;
import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.handoff.Sighting.Seen;
import dev.lightkeeper.remote.Remote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes a handoff back on the source: the offer is void first, everywhere, and only if no
 * destination has claimed it are the nodes unlocked.
 *
 * @param host this host's name
 * @param engines asked only if the nodes run in containers
 */
public record Release(
    Path state, String host, List<Remote> remotes, Engines engines, InstantSource clock) {
  public Release {
    remotes = List.copyOf(remotes);
  }

  /**
   * Voids the offer and unlocks.
   *
   * @param codeUnused whether a person has promised that no code shown for it was or will be used
   * @return the offer that is void now
   * @throws HandoffException of kind NOT_FOUND if nothing is locked; UNREACHABLE if a remote cannot
   *     be told or asked; REFUSED if a destination claimed it, or a code was shown: it stays locked
   * @throws DeploymentException if nodes run in containers, and Docker does not answer
   */
  public Handoff run(boolean codeUnused)
      throws HandoffException, DeploymentException, InterruptedException {
    LockFile<LockJournal> file = LockFile.journal(state);
    LockJournal journal =
        file.read()
            .orElseThrow(
                () ->
                    new HandoffException(
                        Kind.NOT_FOUND,
                        "nothing is locked on this host",
                        "see lightkeeper handoff list"));
    Handoff offer = offer(journal);
    if (journal.codeUntil() != null && !codeUnused) {
      throw new HandoffException(
          Kind.REFUSED,
          "a handoff code was shown, valid until %s: whoever has it may run the node elsewhere"
              .formatted(journal.codeUntil()),
          "if it was not used and is thrown away, say so: lightkeeper handoff release"
              + " --code-unused");
    }
    if (journal.containers().isEmpty()) {
      end(file, journal, offer, null);
    } else {
      // Before the offer is void for ever: what cannot be unlocked stays as it is.
      try (Engine engine = engines.open()) {
        end(file, journal, offer, engine);
      }
    }
    return offer;
  }

  private void end(
      LockFile<LockJournal> file, LockJournal journal, Handoff offer, @Nullable Engine engine)
      throws HandoffException, DeploymentException, InterruptedException {
    VoidNotice notice = new VoidNotice(host, remotes);
    LockJournal voided = journal.voided("taken back", clock.instant(), notice.remotes());
    file.write(voided);
    // Also where it is known to be: a remote may have been added, or set back, since.
    List<String> problems = new ArrayList<>();
    LockJournal told = voided.owing(notice.tell(voided.owing(notice.remotes()), problems));
    file.write(told);
    if (!told.owed().isEmpty()) {
      throw new HandoffException(
          Kind.UNREACHABLE,
          String.join("; ", problems),
          "it stays locked: as long as a remote holds an open offer, a destination could take it."
              + " Try again when it answers");
    }
    // A destination claims first and looks then; so does this: one of the two sees the other.
    insistUnclaimed(offer);
    if (engine != null) {
      NodeContainers.restore(engine, journal.containers());
    }
    file.delete();
  }

  private void insistUnclaimed(Handoff offer) throws HandoffException, InterruptedException {
    boolean offerSeen =
        offer.decider() == null
            || remotes.stream().anyMatch(r -> r.location().equals(offer.decider()));
    for (Sighting sighting : Lookout.ask(remotes)) {
      offerSeen |=
          switch (sighting) {
            case Sighting.Unreached(var remote, var why) ->
                throw new HandoffException(
                    Kind.UNREACHABLE,
                    "%s does not answer: %s".formatted(remote, why),
                    "it stays locked; try again when it answers");
            case Seen seen -> look(offer, seen);
          };
    }
    if (!offerSeen) {
      throw new HandoffException(
          Kind.REFUSED,
          "the remote that decides who may claim this offer is not configured any more: it is "
              + offer.decider(),
          "add it to the configuration again: a destination may have claimed the offer there");
    }
  }

  /** Whether it is the remote that decides. */
  private static boolean look(Handoff offer, Seen seen) throws HandoffException {
    boolean decides = false;
    for (Map.Entry<?, Sighting.NodeSeen> node : seen.nodes().entrySet()) {
      List<HandoffEvent> events =
          node.getValue().events().stream().filter(e -> e.id().equals(offer.id())).toList();
      for (HandoffEvent event : events) {
        switch (event) {
          case HandoffEvent.Offer o -> decides |= o.decides();
          case HandoffEvent.Claimed c -> {
            if (!givenUp(c, events)) {
              throw claimed(c.claimant(), seen.remote());
            }
          }
          case HandoffEvent.Spent s -> throw claimed(s.claimant(), seen.remote());
          case HandoffEvent.Abandoned _, HandoffEvent.Voided _, HandoffEvent.Torn _ -> {
            // Nothing that keeps the source from going on.
          }
        }
      }
    }
    return decides;
  }

  private static boolean givenUp(HandoffEvent.Claimed claim, List<HandoffEvent> events) {
    return claim.claimant() != null
        && events.stream()
            .anyMatch(
                e ->
                    e instanceof HandoffEvent.Abandoned a
                        && Objects.equals(a.claimant(), claim.claimant()));
  }

  private static HandoffException claimed(@Nullable Claimant who, String remote) {
    return new HandoffException(
        Kind.REFUSED,
        "%s says that %s claimed the nodes of this host: they may run there"
            .formatted(remote, who == null ? "somebody" : who.host()),
        "it stays locked. If nothing was started there, give the claim up on that host first:"
            + " lightkeeper restore --rollback");
  }

  static Handoff offer(LockJournal journal) throws HandoffException {
    try {
      return HandoffNotes.offer(journal.offer());
    } catch (IOException e) {
      throw new HandoffException(
          Kind.STATE, "the offer in locked.json cannot be read: " + e, "restore the file", e);
    }
  }
}
