package dev.lightkeeper.restore;

import java.util.List;

/**
 * What a restore is about to do, written down before it does it.
 *
 * @param id its time, which is its folder's name as well
 * @param wasUp whether the stack ran before
 * @param moves in order
 * @param madeVolumes that did not exist before
 */
record RestoreJournal(
    int version,
    String id,
    Phase phase,
    String archive,
    String sha256,
    boolean wasUp,
    List<Move> moves,
    List<String> madeVolumes) {
  static final int VERSION = 1;

  RestoreJournal {
    moves = List.copyOf(moves);
    madeVolumes = List.copyOf(madeVolumes);
  }

  /** How far it got: what a later run does about it. */
  enum Phase {
    /** Up to and with loading the databases: rolled back. */
    SWAPPING,
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
    return new RestoreJournal(version, id, next, archive, sha256, wasUp, moves, madeVolumes);
  }
}
