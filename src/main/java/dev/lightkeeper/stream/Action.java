package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import org.jspecify.annotations.Nullable;

/** What {@link StreamCore} wants done; {@link Performer} does it and answers with an event. */
sealed interface Action {
  /** An action on one node's folder over one connection. */
  sealed interface OnNode extends Action {
    String remote();

    NodeName node();

    long connection();
  }

  record Connect(String remote, long connection) implements Action {}

  record Disconnect(String remote, long connection) implements Action {}

  /** Make the folders, list the versions, read the writers. */
  record Reconcile(String remote, NodeName node, long connection) implements OnNode {}

  /** Read the writers only. */
  record Audit(String remote, NodeName node, long connection) implements OnNode {}

  record Announce(String remote, NodeName node, long connection, Writer writer) implements OnNode {}

  /**
   * Publish a version.
   *
   * @param backup null if the content is only in the spool
   */
  record Publish(
      String remote,
      NodeName node,
      long connection,
      Version version,
      @Nullable ChannelBackup backup)
      implements OnNode {}

  record Verify(String remote, NodeName node, long connection, Version version) implements OnNode {}

  record ReplaceNewest(
      String remote, NodeName node, long connection, Version version, ChannelBackup backup)
      implements OnNode {}

  /** Put a version into the spool. */
  record Store(NodeName node, Version version, ChannelBackup backup) implements Action {}

  /** Take a version out of the spool. */
  record Discard(NodeName node, Version version) implements Action {}

  record SaveLedger(Ledger ledger) implements Action {}

  record Raise(Alert alert) implements Action {}

  record Clear(Alert.Key key) implements Action {}
}
