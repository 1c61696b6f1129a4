package dev.lightkeeper.watch;

/** Why a node's file is looked at. */
enum Cause {
  /** Time has come: compare stamps only. */
  POLL,
  /** It must be read again, whatever its stamp says. */
  RESCAN,
  /** Something happened to the file or on the way to it; a writer may not be done. */
  TOUCHED,
  /** A complete file was renamed into place. */
  ARRIVED
}
