package dev.lightkeeper.restore;

import org.jspecify.annotations.Nullable;

/**
 * A restore was refused or did not succeed. Says what happened, to which thing, and what to do
 * next; never holds a secret.
 */
public final class RestoreException extends Exception {
  /** The kinds that callers tell apart. */
  public enum Kind {
    /** Going on could lose funds; nothing was touched. */
    REFUSED,
    /** A remote that has to agree, or may know better, does not answer; nothing was started. */
    UNREACHABLE,
    /** The archive is not one that can be restored; nothing was touched. */
    ARCHIVE,
    /** There is not enough room. */
    NO_SPACE,
    /** Another restore runs. */
    LOCKED,
    /** There is nothing to roll back, or no such archive. */
    NOT_FOUND,
    /** It failed after the swap had begun, and the host was rolled back. */
    ROLLED_BACK,
    /** It could neither be finished nor be rolled back: the journal is kept. */
    STUCK
  }

  private final Kind kind;
  private final String remedy;

  /**
   * @param what what happened, to which thing: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public RestoreException(Kind kind, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** The same without a cause. */
  public RestoreException(Kind kind, String what, String remedy) {
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
