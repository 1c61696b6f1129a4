package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.handoff.Question.Stage;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Writer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The right to put one archive's channel databases in place. In this order: {@link #confirm} right
 * before they get there, {@link #spend} once they are there and before anything starts, or {@link
 * #abandon} if it comes to nothing.
 */
public final class Permission {
  private final Question question;
  private final HandoffId id;
  private final Handoff offer;
  private final List<Remote> remotes;
  private final Path state;
  private final InstantSource clock;

  /** {@code spent-<id>.json}: the node was about to start. */
  record SpentMark(Instant at) {}

  Permission(
      Question question,
      HandoffId id,
      Handoff offer,
      List<Remote> remotes,
      Path state,
      InstantSource clock) {
    this.question = question;
    this.id = id;
    this.offer = offer;
    this.remotes = List.copyOf(remotes);
    this.state = state;
    this.clock = clock;
  }

  /** The offer's id. */
  public HandoffId id() {
    return id;
  }

  /**
   * Looks once more whether nothing contradicts.
   *
   * @throws HandoffException of kind REFUSED or UNREACHABLE: nothing may go live
   */
  public void confirm() throws HandoffException, InterruptedException {
    insistUnspent(state, id);
    insistGranted(question);
  }

  /**
   * Marks the archive as used up, here and on every remote. When this returns the node may start;
   * from now on no restore of this archive is let through again, on this host neither: what is in
   * the archive is old as soon as the node runs. A caller that is killed after this has to start
   * what it put in place, from its own journal.
   *
   * @throws HandoffException if something contradicts, or a remote does not answer: nothing may
   *     start. It may be called again
   */
  public void spend() throws HandoffException, InterruptedException {
    spend(Stage.STARTING);
  }

  /** The same where the node ran here before it was let: it can only go on. */
  public void spendLate() throws HandoffException, InterruptedException {
    spend(Stage.RAN);
  }

  private void spend(Stage stage) throws HandoffException, InterruptedException {
    insistGranted(question.at(stage));
    tell(new HandoffEvent.Spent(id, question.me(), markSpent()));
    // Somebody may have made it void in the same moment: each writes first and looks then.
    insistGranted(question.at(stage));
  }

  /**
   * Gives the offer up, for good: the source may go on with its nodes. Only where nothing started.
   *
   * @throws HandoffException of kind REFUSED if it was spent, or another destination claimed it;
   *     UNREACHABLE if a remote does not answer: it may be called again
   */
  public void abandon() throws HandoffException, InterruptedException {
    insistUnspent(state, id);
    insistNoOthers();
    tell(new HandoffEvent.Abandoned(id, question.me(), clock.instant()));
    var _ = markSpent();
  }

  /** What another destination has is not this one's to give up. */
  private void insistNoOthers() throws HandoffException, InterruptedException {
    for (Sighting sighting : Lookout.ask(remotes)) {
      if (sighting instanceof Sighting.Seen(_, var nodes)) {
        for (Sighting.NodeSeen node : nodes.values()) {
          for (HandoffEvent event : node.events()) {
            if (event instanceof HandoffEvent.Claimed(var claimed, var who, _)
                && claimed.equals(id)
                && !question.me().equals(who)) {
              throw new HandoffException(
                  Kind.REFUSED,
                  "%s claimed it, and not this host"
                      .formatted(who == null ? "another" : who.host()),
                  "nothing has to be given up here");
            }
          }
        }
      }
    }
  }

  /**
   * Announces this installation as the one that streams the nodes from now on, on every remote.
   *
   * @return where that did not go well: one sentence each; the daemon announces itself there
   */
  public List<String> announce() throws InterruptedException {
    List<String> problems = new ArrayList<>();
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        for (OfferedNode node : offer.nodes()) {
          session.announceLast(
              node.name(),
              new Writer(question.me().installation(), question.me().host(), clock.instant()));
        }
      } catch (RemoteException e) {
        problems.add(
            "%s does not know yet that this host streams the nodes: %s"
                .formatted(remote.name(), e.what()));
      }
    }
    return problems;
  }

  static LockFile<SpentMark> spentFile(Path state, HandoffId id) {
    return new LockFile<>(
        state.resolve("handoff").resolve("spent-" + id + ".json"), SpentMark.class);
  }

  static void insistUnspent(Path state, HandoffId id) throws HandoffException {
    SpentMark mark = spentFile(state, id).read().orElse(null);
    if (mark != null) {
      throw new HandoffException(
          Kind.REFUSED,
          "this host used the offer %s up at %s: what is in the archive is old since then"
              .formatted(id.abbreviated(), mark.at()),
          "restore without --migrate: the channels are recovered from the newest channel backup");
    }
  }

  private Instant markSpent() throws HandoffException {
    LockFile<SpentMark> file = spentFile(state, id);
    SpentMark before = file.read().orElse(null);
    if (before != null) {
      return before.at(); // called again: what the remotes hold has to be the same
    }
    SpentMark mark = new SpentMark(clock.instant());
    file.write(mark);
    return mark.at();
  }

  private void insistGranted(Question asked) throws HandoffException, InterruptedException {
    switch (Judge.decide(asked, Lookout.ask(remotes))) {
      case Verdict.Granted _ -> {}
      case Verdict.Refused refused -> throw HandoffException.refused(refused);
      case Verdict.Open _ ->
          throw new HandoffException(
              Kind.REFUSED,
              "the claim of this host is not on every remote any more",
              "find out who removed it: nothing does that by itself");
    }
  }

  private void tell(HandoffEvent event) throws HandoffException, InterruptedException {
    List<String> missing = new ArrayList<>();
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        Note note = HandoffNotes.write(event);
        for (OfferedNode node : offer.nodes()) {
          // Not kept means that there is one already: whose it is, is looked at afterwards.
          var _ = session.keepOnce(node.name(), note);
        }
      } catch (RemoteException e) {
        missing.add(remote.name() + ": " + e.what());
      }
    }
    if (!missing.isEmpty()) {
      throw new HandoffException(
          Kind.UNREACHABLE,
          "not every remote could be told: " + String.join("; ", missing),
          "try again when they answer");
    }
  }
}
