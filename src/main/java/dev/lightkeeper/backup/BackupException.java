package dev.lightkeeper.backup;

import org.jspecify.annotations.Nullable;

/**
 * A backup could not be made. Says what happened, to which thing, and what to do next; never holds
 * a secret. The archives that were there before are untouched, and services are up.
 */
public final class BackupException extends Exception {
  /** The kinds that callers tell apart. */
  public enum Kind {
    /** Another run is under way. */
    LOCKED,
    /** There is not enough room for the archive on this host. */
    NO_SPACE,
    /** A folder of ours cannot be used. */
    FOLDER,
    /** Going on could end with a node that runs twice; nothing was touched. */
    REFUSED
  }

  private final Kind kind;
  private final String remedy;

  BackupException(Kind kind, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** Which kind of failure this is. */
  public Kind kind() {
    return kind;
  }

  /** What happened, to which thing: one sentence without a full stop. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next: one sentence without a full stop. */
  public String remedy() {
    return remedy;
  }
}
