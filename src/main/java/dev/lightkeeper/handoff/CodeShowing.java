package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.HandoffException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Shows a code on the source, for as long as nothing shows that its nodes ran again. */
public record CodeShowing(Path state, InstantSource clock) {
  /** What a person has to know of it, one sentence a line. */
  public static final String LIMITS =
      """
      Whoever has this code and the archive can start these nodes. It is for one destination alone:
      without a remote nothing stops a second one from using it, and then funds are lost.
      This host looked just now, and its nodes have not run since the offer. If one runs here later,
      the destination cannot learn of it: leave this host locked, or off.\
      """;

  /**
   * Signs a code that is valid for {@link HandoffCode#VALIDITY}.
   *
   * @throws HandoffException of kind NOT_FOUND if nothing is locked; REFUSED if the offer is void
   *     or is decided on a remote; STATE if the nodes' files cannot be looked at
   */
  public HandoffCode show() throws HandoffException {
    LockFile<LockJournal> file = LockFile.journal(state);
    LockJournal journal =
        file.read()
            .orElseThrow(
                () ->
                    new HandoffException(
                        Kind.NOT_FOUND,
                        "this host offers no node",
                        "make an offer: lightkeeper backup --migrate --offline"));
    Handoff offer = Release.offer(journal);
    if (offer.decider() != null) {
      throw new HandoffException(
          Kind.REFUSED,
          "this offer was made on remotes, which know more than a code can: " + offer.decider(),
          "restore with --migrate where these remotes are configured");
    }
    insistStill(journal);
    Instant until = clock.instant().plus(HandoffCode.VALIDITY);
    // Before it is shown: from then on the lock is not undone without a word about the code.
    file.write(journal.shown(until));
    return HandoffCode.sign(offer.id(), offer.archive(), until, journal.secret());
  }

  private static void insistStill(LockJournal journal) throws HandoffException {
    LockJournal.VoidMark mark = journal.voided();
    Optional<String> changed;
    try {
      changed =
          mark != null
              ? Optional.of(mark.reason())
              : LockedNodes.changed(journal).map(what -> "the source ran again: " + what);
    } catch (IOException e) {
      throw new HandoffException(
          Kind.STATE, "cannot look whether the nodes ran again: " + e, "run this as root", e);
    }
    if (changed.isPresent()) {
      throw new HandoffException(
          Kind.REFUSED,
          "the offer is void: " + changed.get(),
          "lightkeeper handoff release, then make a new archive: lightkeeper backup --migrate");
    }
  }
}
