package dev.lightkeeper.recover;

import org.jspecify.annotations.Nullable;

/**
 * Channels could not be recovered. Says what happened, to which thing, and what to do next; never
 * holds a secret.
 */
public final class RecoverException extends Exception {
  /** The kinds that callers tell apart. */
  public enum Kind {
    /** The node has no wallet: it would make a new seed, which can recover nothing. */
    NO_WALLET,
    /** The node cannot open the channel backup: it is another node's, or damaged. */
    WRONG_BACKUP,
    /** The node does not run now. */
    NOT_RUNNING,
    /** There is nothing to recover here. */
    NOT_FOUND,
    /** Whatever else. */
    FAILED
  }

  private final Kind kind;
  private final String remedy;

  /**
   * @param what what happened, to which thing: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public RecoverException(Kind kind, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** The same without a cause. */
  public RecoverException(Kind kind, String what, String remedy) {
    this(kind, what, remedy, null);
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
