package dev.lightkeeper.handoff;

import org.jspecify.annotations.Nullable;

/**
 * A handoff did not come about. Says what happened, to which thing, and what to do next; never
 * holds a secret.
 */
public final class HandoffException extends Exception {
  /** The kinds that callers tell apart. */
  public enum Kind {
    /** A channel database must not go live, or the lock must not be undone. */
    REFUSED,
    /** A remote that has to agree does not answer. */
    UNREACHABLE,
    /** There is no such handoff, or nothing is locked. */
    NOT_FOUND,
    /** This host's nodes are locked by an earlier handoff. */
    LOCKED,
    /** A node cannot be handed off: its channel database is not known, or in use. */
    NODE,
    /** The state folder cannot be read or written. */
    STATE
  }

  private final Kind kind;
  private final String remedy;

  /**
   * @param what what happened, to which thing: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public HandoffException(Kind kind, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** The same without a cause. */
  public HandoffException(Kind kind, String what, String remedy) {
    this(kind, what, remedy, null);
  }

  static HandoffException refused(Verdict.Refused refused) {
    return new HandoffException(
        refused.refusal() == Refusal.UNREACHED ? Kind.UNREACHABLE : Kind.REFUSED,
        refused.what(),
        refused.remedy());
  }

  /** Which kind of failure this is. */
  public Kind kind() {
    return kind;
  }

  /** What happened, to which thing. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next. */
  public String remedy() {
    return remedy;
  }
}
