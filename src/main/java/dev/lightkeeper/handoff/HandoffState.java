package dev.lightkeeper.handoff;

import java.time.Instant;

/** How an offer stands. */
public sealed interface HandoffState {
  /** Nobody claimed it yet. */
  record Offered() implements HandoffState {}

  /**
   * One destination has it.
   *
   * @param installation the destination's id
   * @param progress how far that is
   */
  record Claimed(String installation, String host, Instant at, Progress progress)
      implements HandoffState {}

  /** It never again lets a channel database go live. For ever, and whatever else is said of it. */
  record Voided(String reason, Instant at) implements HandoffState {}

  /** How far a destination is with a claimed offer. */
  enum Progress {
    /** Its node has not run there. */
    CLAIMED,
    /** Its node may have run there: the archive is old from now on. */
    SPENT,
    /** The destination gave up before its node ran there. */
    ABANDONED
  }
}
