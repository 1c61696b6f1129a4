package dev.lightkeeper.stream;

import dev.lightkeeper.node.Node;
import org.jspecify.annotations.Nullable;

/** What is known of one node here. */
final class NodeState {
  final Node node;
  final Contents contents = new Contents();
  final Stamps stamped = new Stamps();
  long lastSequence;
  @Nullable Kept newest;
  @Nullable Kept good;

  /** How many channels the newest holds; null where that is not known. */
  @Nullable Integer channels;

  /** What the last good version that was opened held. */
  @Nullable Inventory inventory;

  String state = "unknown";
  @Nullable String reason;
  boolean dirty;
  boolean saving;
  long saveAt;

  NodeState(Node node, Ledger ledger) {
    this.node = node;
    this.lastSequence = ledger.lastSequence();
    this.newest = ledger.newest();
    this.good = ledger.good();
    this.inventory = ledger.inventory();
  }

  boolean holdsNoChannel(long size) {
    return node.kind().holdsNoChannel(size);
  }
}
