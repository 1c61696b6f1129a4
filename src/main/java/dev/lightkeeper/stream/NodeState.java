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
  }

  boolean holdsNoChannel(long size) {
    return node.kind().holdsNoChannel(size);
  }
}
