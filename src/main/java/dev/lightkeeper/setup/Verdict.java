package dev.lightkeeper.setup;

/** How a check came out. */
public enum Verdict {
  /** As it should be. */
  OK,
  /** Works, or may work later; somebody should look at it. */
  WARNING,
  /** Does not work. */
  FAILED
}
