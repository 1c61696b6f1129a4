package dev.lightkeeper.stream;

/** Mistakes seen in other watchers, put in on purpose to show that the simulation finds them. */
enum Bug {
  /** A failed upload counts as done. */
  FAILURE_TAKEN_FOR_SUCCESS,
  /** What is on the remote is written down before it is there. */
  LEDGER_SAVED_BEFORE_THE_UPLOAD,
  /** A file that has the right name counts as a version, whatever it holds. */
  NAME_TAKEN_FOR_CONTENT,
  /** What the remote holds is not looked at when the connection comes back. */
  REMOTE_NOT_LOOKED_AT,
  /** A file that does not open with the node's key counts like any other. */
  SUSPECT_TAKEN_FOR_GOOD
}
