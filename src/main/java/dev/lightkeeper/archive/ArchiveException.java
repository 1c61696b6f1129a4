package dev.lightkeeper.archive;

import org.jspecify.annotations.Nullable;

/**
 * An archive could not be made or is not what it should be. Says what happened, to which file, and
 * what to do next; never holds a secret.
 */
public final class ArchiveException extends Exception {
  /** The kinds that callers tell apart. */
  public enum Kind {
    /** The archive is encrypted and no passphrase was given. */
    PASSPHRASE_NEEDED,
    /** The passphrase does not open the archive. */
    WRONG_PASSPHRASE,
    /** The archive ends before its end. */
    TRUNCATED,
    /** Bytes of the archive changed, or it never was one. */
    CORRUPT,
    /** It is encrypted, but in a way that does not show whether it was changed. */
    UNPROTECTED,
    /** An entry is not what the manifest says. */
    ENTRY_DIFFERS,
    /** There is no manifest in it: an archive of BTCPay Server's own scripts. */
    NO_MANIFEST,
    /** A file that is to be archived cannot be read. */
    UNREADABLE,
    /** The secrets folder holds something that BTCPay Server's scripts refuse. */
    SECRETS_REFUSED,
    /** The passphrase cannot be used. */
    PASSPHRASE_REFUSED
  }

  private final Kind kind;
  private final String remedy;

  ArchiveException(Kind kind, String what, String remedy, @Nullable Throwable cause) {
    super(what, cause);
    this.kind = kind;
    this.remedy = remedy;
  }

  /** Which kind of failure this is. */
  public Kind kind() {
    return kind;
  }

  /** What happened, to which file: one sentence without a full stop. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next: one sentence without a full stop. */
  public String remedy() {
    return remedy;
  }
}
