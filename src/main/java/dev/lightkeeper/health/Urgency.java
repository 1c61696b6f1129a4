package dev.lightkeeper.health;

/** How soon a person must act, least urgent first. */
public enum Urgency {
  /** Worth knowing; often over by itself. */
  NOTICE,
  /** Protection is less than it should be: within a day. */
  WARNING,
  /** Funds or the shop are at stake: now. */
  CRITICAL
}
