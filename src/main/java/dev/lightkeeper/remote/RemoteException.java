package dev.lightkeeper.remote;

import org.jspecify.annotations.Nullable;

/**
 * A remote did not do what was asked. Says what happened, to which remote and path, and what to do
 * next; never holds a secret.
 */
public final class RemoteException extends Exception {
  /** The kinds that callers tell apart. */
  public enum Kind {
    /** No connection, or a connection that broke or fell silent. Worth trying again. */
    UNREACHABLE,
    /** The server's host key is unknown or is not the pinned one. Nothing was sent. */
    HOST_KEY,
    /** The server refused the key, or the key cannot be used. */
    AUTHENTICATION,
    /** The server's disk or quota is full. */
    NO_SPACE,
    /** The server refuses to write, or the account may not. */
    PERMISSION,
    /** The folder, version or node is not there. */
    NOT_FOUND,
    /** A file's content does not match the hash in its name. */
    TORN,
    /** Any other answer. */
    FAILED
  }

  private final Kind kind;
  private final String remedy;

  /**
   * @param what what happened, to which remote and path: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public RemoteException(Kind kind, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** Which kind of failure this is. */
  public Kind kind() {
    return kind;
  }

  /** What happened, to which remote and path. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next. */
  public String remedy() {
    return remedy;
  }
}
