package dev.lightkeeper.handoff;

/** Why a channel database must not go live. */
public enum Refusal {
  /** A remote does not answer: it may know of what contradicts. */
  UNREACHED,
  /** The archive says of itself that it is a routine one. */
  NOT_A_MIGRATION,
  /** Nobody offered this archive. */
  NO_OFFER,
  /** The offer is not the same everywhere, or cannot be read. */
  OFFER_CHANGED,
  /** The archive is not, byte for byte, the one that was offered. */
  ARCHIVE_CHANGED,
  /** The offer is of another node. */
  ANOTHER_NODE,
  /** The source took the offer back, or its node ran again. */
  VOID,
  /** The remote that decides between two destinations is not among those asked. */
  NO_DECIDER,
  /** There is a newer offer of the same node. */
  SUPERSEDED,
  /** Another destination claimed it. */
  CLAIMED,
  /** This destination gave it up. */
  ABANDONED,
  /** The node ran at its destination since: the archive is old. */
  SPENT,
  /** A remote holds less than it did when the offer was made. */
  ROLLED_BACK,
  /** A remote holds a newer version of the channel backup than the offer's. */
  NEWER_VERSION,
  /** A remote holds another channel backup than the offer's as the newest. */
  NEWER_BACKUP,
  /** Another installation streams the node since. */
  ANOTHER_WRITER
}
