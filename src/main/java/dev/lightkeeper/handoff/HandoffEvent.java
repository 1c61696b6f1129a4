package dev.lightkeeper.handoff;

import dev.lightkeeper.node.NodeName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a note in a node's {@code handoff} folder says. */
public sealed interface HandoffEvent {
  /** The offer it is about. */
  HandoffId id();

  /**
   * The offer itself.
   *
   * @param decides whether this is the remote whose first claim counts
   */
  record Offer(Handoff handoff, boolean decides) implements HandoffEvent {
    @Override
    public HandoffId id() {
      return handoff.id();
    }
  }

  /**
   * Somebody claimed it.
   *
   * @param claimant null if the note is torn: then it is somebody else
   */
  record Claimed(HandoffId id, @Nullable Claimant claimant, Instant at) implements HandoffEvent {}

  /**
   * The destination's node is about to run for the first time.
   *
   * @param claimant null if the note is torn
   */
  record Spent(HandoffId id, @Nullable Claimant claimant, Instant at) implements HandoffEvent {}

  /**
   * The destination gave up before its node ran.
   *
   * @param claimant null if the note is torn: then nothing can be concluded from it
   */
  record Abandoned(HandoffId id, @Nullable Claimant claimant, Instant at) implements HandoffEvent {}

  /** It is void. A torn note says so too. */
  record Voided(HandoffId id, String reason, String host, Instant at) implements HandoffEvent {}

  /** An offer that cannot be read, found in the folder of {@code node}. */
  record Torn(HandoffId id, NodeName node) implements HandoffEvent {}
}
