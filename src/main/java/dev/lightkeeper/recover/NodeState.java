package dev.lightkeeper.recover;

/** How far a node that was started is. */
public sealed interface NodeState {
  /** It does not answer. */
  record Silent(String why) implements NodeState {}

  /** It answers, and nothing more yet. */
  record Starting(String why) implements NodeState {}

  /** Its wallet has to be unlocked. */
  record Locked() implements NodeState {}

  /** It reads blocks. */
  record Syncing(String progress) implements NodeState {}

  /** It can recover channels. */
  record Ready() implements NodeState {}
}
