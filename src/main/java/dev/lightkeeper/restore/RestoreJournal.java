package dev.lightkeeper.restore;

import dev.lightkeeper.remote.Remote;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a restore is about to do, written down before it does it.
 *
 * @param id its time, which is its folder's name as well
 * @param wasUp whether the stack ran before
 * @param moves in order
 * @param madeVolumes that did not exist before
 * @param handover of a migration; null if no channel state goes live
 */
record RestoreJournal(
    int version,
    String id,
    Phase phase,
    String archive,
    String sha256,
    boolean wasUp,
    List<Move> moves,
    List<String> madeVolumes,
    @Nullable Handover handover) {
  static final int VERSION = 1;

  RestoreJournal {
    moves = List.copyOf(moves);
    madeVolumes = List.copyOf(madeVolumes);
  }

  /**
   * What a process needs to know to end a migration that another one began.
   *
   * @param state the folder in which this installation remembers its claim
   * @param key the public key in the archive's manifest
   * @param databases SHA-256 by path on the source
   * @param carried the offer's note, if it was carried by hand; null if remotes hold it
   * @param givenUp whether the claim is, or never was one
   * @param remotes that were asked; none in a journal of an earlier version
   */
  record Handover(
      String state,
      String installation,
      String host,
      String offer,
      String key,
      Map<String, String> databases,
      @Nullable String carried,
      boolean givenUp,
      @Nullable List<Asked> remotes) {
    Handover {
      databases = Map.copyOf(databases);
      remotes = remotes == null ? List.of() : List.copyOf(remotes);
    }

    Handover abandoned() {
      return new Handover(state, installation, host, offer, key, databases, carried, true, remotes);
    }

    /** Those that were asked then, and are not among {@code now}. */
    List<Asked> missing(List<Remote> now) {
      return asked().stream().filter(a -> now.stream().noneMatch(a::is)).toList();
    }

    /** Whether all who may know of the claim are known. */
    boolean complete() {
      return carried != null || !asked().isEmpty();
    }

    private List<Asked> asked() {
      return remotes == null ? List.of() : remotes;
    }
  }

  /** A remote that was asked when the offer was claimed. */
  record Asked(String name, String location) {
    static Asked of(Remote remote) {
      return new Asked(remote.name(), remote.location());
    }

    /** Renamed in the configuration, or moved to another address: it is the same. */
    boolean is(Remote remote) {
      return location.equals(remote.location()) || name.equals(remote.name());
    }

    @Override
    public String toString() {
      return name.equals(location) ? name : name + " (" + location + ")";
    }
  }

  /** How far it got: what a later run does about it. */
  enum Phase {
    /** Nothing was touched; a migration's offer may be claimed. */
    CLAIMING,
    /** Being put in place: rolled back. */
    SWAPPING,
    /** A migration's nodes are in place, and its offer is being used up: finished if it may be. */
    SPENDING,
    /** All is in place, the stack is to be started: finished. */
    STARTING,
    /** Over; can be rolled back when asked. */
    DONE,
    /** Being undone: undone to the end. */
    ROLLING_BACK,
    /** As it was before. */
    ROLLED_BACK
  }

  RestoreJournal in(Phase next) {
    return new RestoreJournal(
        version, id, next, archive, sha256, wasUp, moves, madeVolumes, handover);
  }

  RestoreJournal handing(@Nullable Handover changed) {
    return new RestoreJournal(
        version, id, phase, archive, sha256, wasUp, moves, madeVolumes, changed);
  }

  /** Which one it is, for a person. */
  String name() {
    return "of %s, begun at %s".formatted(archive, id);
  }

  /** Whether a claim of this host may still keep the source locked. */
  boolean claims() {
    return handover != null && !handover.givenUp();
  }
}
