package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Claims an offer on the destination.
 *
 * @param state this installation's state folder
 * @param installation its id
 * @param host this host's name
 */
public record Claiming(Path state, String installation, String host, InstantSource clock) {

  /**
   * What a restore found in the archive.
   *
   * @param sha256 of the archive's file, computed here
   * @param id of the offer that its manifest names ({@link OfferDraft#FACT}); null if it names none
   * @param key of the same; null if it names none
   * @param databases the hash of every channel database file in it, by the absolute path that file
   *     had on the source
   * @param carried the offer as its manifest tells it, for one that is carried by hand; null if
   *     remotes hold it
   */
  public record ArchiveSeen(
      Sha256 sha256,
      @Nullable HandoffId id,
      @Nullable String key,
      Map<String, Sha256> databases,
      @Nullable Handoff carried) {
    public ArchiveSeen {
      databases = Map.copyOf(databases);
    }
  }

  /** {@code claim-<id>.json}: what tells this attempt from all others. */
  record ClaimMark(String token, Instant at) {}

  /**
   * Only asks every remote whether the offer could be claimed; claims nothing.
   *
   * @throws HandoffException of kind REFUSED or UNREACHABLE: no channel database may go live
   */
  public Handoff look(ArchiveSeen archive, Map<NodeName, Long> known, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    HandoffId id = archive.id();
    if (id != null) {
      Permission.insistUnspent(state, id);
    }
    ClaimMark mark = id == null ? newMark() : markFile(id).read().orElseGet(this::newMark);
    return insist(question(archive, known, mark), remotes);
  }

  /**
   * The permission of an attempt that was killed, for the process that ends it. Says nothing of
   * whether it still holds: each use of it asks.
   *
   * @throws HandoffException of kind UNREACHABLE if a remote does not answer; REFUSED if none holds
   *     the offer, or this host never claimed it
   */
  public Permission resume(ArchiveSeen archive, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    HandoffId id = archive.id();
    ClaimMark mark = id == null ? null : markFile(id).read().orElse(null);
    if (id == null || mark == null) {
      throw new HandoffException(
          Kind.REFUSED, "this host never claimed the offer", "nothing has to be done");
    }
    Question question = question(archive, Map.of(), mark);
    Handoff carried = archive.carried();
    if (carried != null) {
      return new Permission(question, id, carried, remotes, state, clock);
    }
    for (Sighting sighting : Lookout.ask(remotes)) {
      switch (sighting) {
        case Sighting.Unreached(var remote, var why) ->
            throw new HandoffException(
                Kind.UNREACHABLE,
                "%s does not answer: %s".formatted(remote, why),
                "try again when it answers");
        case Sighting.Seen seen -> {
          Handoff offer = offer(seen, id);
          if (offer != null) {
            return new Permission(question, id, offer, remotes, state, clock);
          }
        }
      }
    }
    throw new HandoffException(
        Kind.REFUSED,
        "no remote holds the offer " + id.abbreviated(),
        "check that the remotes it was claimed on are configured");
  }

  private static @Nullable Handoff offer(Sighting.Seen seen, HandoffId id) {
    return seen.nodes().values().stream()
        .flatMap(n -> n.events().stream())
        .filter(e -> e.id().equals(id))
        .flatMap(
            e ->
                e instanceof HandoffEvent.Offer(var offer, _)
                    ? Stream.of(offer)
                    : Stream.<Handoff>empty())
        .findFirst()
        .orElse(null);
  }

  /** Whether this host ever began to claim the offer. */
  public boolean begun(HandoffId id) throws HandoffException {
    return markFile(id).read().isPresent();
  }

  /** Whether this host used the offer up: its nodes ran here, or were about to. */
  public boolean used(HandoffId id) throws HandoffException {
    return Permission.spentFile(state, id).read().isPresent();
  }

  private Question question(ArchiveSeen archive, Map<NodeName, Long> known, ClaimMark mark) {
    return new Question(
        new Claimant(installation, host, mark.token()),
        archive.sha256(),
        archive.id(),
        archive.databases(),
        known,
        archive.carried(),
        Question.Stage.ASKING);
  }

  /**
   * Asks every remote, claims the offer and asks them again. Repeating it on the same host, after a
   * kill for example, is harmless.
   *
   * @param known the highest sequence that this host's own state knows of each node
   * @param remotes every one that is configured
   * @throws HandoffException of kind REFUSED or UNREACHABLE: no channel database may go live
   */
  public Permission claim(ArchiveSeen archive, Map<NodeName, Long> known, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    HandoffId id = archive.id();
    ClaimMark mark = id == null ? newMark() : mark(id);
    Question question = question(archive, known, mark);
    if (id != null) {
      Permission.insistUnspent(state, id);
    }
    Handoff offer = insist(question, remotes);
    write(new HandoffEvent.Claimed(offer.id(), question.me(), mark.at()), offer, remotes);
    Verdict after = Judge.decide(question, Lookout.ask(remotes));
    return switch (after) {
      case Verdict.Granted granted ->
          new Permission(question, granted.offer().id(), granted.offer(), remotes, state, clock);
      case Verdict.Refused refused -> throw HandoffException.refused(refused);
      case Verdict.Open _ ->
          throw new HandoffException(
              Kind.REFUSED,
              "the claim of this host did not get to every remote",
              "try again; if it stays so, see lightkeeper handoff list");
    };
  }

  /**
   * Insists that an offer that was carried here by hand is genuine, of this archive, and not too
   * old. What the remotes that are configured know of it is asked by {@link #look} and {@link
   * #claim}, as of any other; where there is none, whether another host got the same code, or the
   * source ran again after it was shown, cannot be known.
   *
   * @param code what {@code lightkeeper handoff show} printed on the source
   * @throws HandoffException of kind REFUSED
   */
  public void insistOn(ArchiveSeen archive, String code) throws HandoffException {
    HandoffId id = archive.id();
    String key = archive.key();
    if (id == null || key == null || archive.carried() == null) {
      throw new HandoffException(
          Kind.REFUSED,
          "the archive was made as a routine backup: its nodes went on after it",
          "restore without --migrate");
    }
    HandoffCode.parse(code).insistOn(id, archive.sha256(), key, clock.instant());
  }

  private static Handoff insist(Question question, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    return switch (Judge.decide(question, Lookout.ask(remotes))) {
      case Verdict.Open open -> open.offer();
      case Verdict.Granted granted -> granted.offer();
      case Verdict.Refused refused -> throw HandoffException.refused(refused);
    };
  }

  /** First where it is decided, and nowhere else if it is lost there. */
  private static void write(HandoffEvent.Claimed claim, Handoff offer, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    List<Remote> inOrder = new ArrayList<>();
    for (Remote remote : remotes) {
      if (decides(remote, offer)) {
        inOrder.addFirst(remote);
      } else {
        inOrder.addLast(remote);
      }
    }
    for (Remote remote : inOrder) {
      try (RemoteSession session = remote.connect()) {
        for (OfferedNode node : offer.nodes()) {
          if (!session.keepOnce(node.name(), HandoffNotes.write(claim))) {
            throw new HandoffException(
                Kind.REFUSED,
                "another destination claimed the offer of %s on %s in the same moment"
                    .formatted(node.name(), remote.name()),
                "never run the node on both: see what runs there before anything else");
          }
        }
      } catch (RemoteException e) {
        throw unreachable(remote, e);
      }
    }
  }

  private static boolean decides(Remote remote, Handoff offer)
      throws HandoffException, InterruptedException {
    NodeName first = offer.nodes().getFirst().name();
    try (RemoteSession session = remote.connect()) {
      return session.notes(first).stream()
          .flatMap(note -> HandoffNotes.read(first, note).stream())
          .anyMatch(
              e -> e instanceof HandoffEvent.Offer o && o.handoff().equals(offer) && o.decides());
    } catch (RemoteException e) {
      throw unreachable(remote, e);
    }
  }

  private static HandoffException unreachable(Remote remote, RemoteException e) {
    return new HandoffException(
        Kind.UNREACHABLE, remote.name() + " failed: " + e.what(), e.remedy(), e);
  }

  private LockFile<ClaimMark> markFile(HandoffId id) {
    return new LockFile<>(
        state.resolve("handoff").resolve("claim-" + id + ".json"), ClaimMark.class);
  }

  private ClaimMark newMark() {
    return new ClaimMark(HandoffId.random().hex(), clock.instant());
  }

  /** Written down before anybody is asked: after a kill the claim is known to be one's own. */
  private ClaimMark mark(HandoffId id) throws HandoffException {
    LockFile<ClaimMark> file = markFile(id);
    ClaimMark before = file.read().orElse(null);
    if (before != null) {
      return before;
    }
    ClaimMark mark = newMark();
    file.write(mark);
    return mark;
  }
}
