package dev.lightkeeper.stream;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Observation;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.scb.Opening;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happened: the only way anything reaches {@link StreamCore}. */
sealed interface Event {
  /** It changes nothing of what remotes are wanted to do for any other node. */
  sealed interface OnNode extends Event {
    NodeName node();
  }

  /**
   * A node's file was looked at.
   *
   * @param opening what came of opening what was captured
   */
  record Observed(Observation observation, Opening opening) implements OnNode {
    @Override
    public NodeName node() {
      return observation.node();
    }
  }

  /** Time passed. */
  record Tick() implements Event {}

  record Connected(String remote, long connection, Features features) implements Event {}

  record ConnectFailed(String remote, long connection, RemoteException error) implements Event {}

  /** The connection died; {@code why} is null where that is not known. */
  record Disconnected(String remote, long connection, @Nullable RemoteException why)
      implements Event {}

  record Reconciled(
      String remote, NodeName node, long connection, List<Version> versions, List<Writer> writers)
      implements OnNode {}

  record Audited(String remote, NodeName node, long connection, List<Writer> writers)
      implements OnNode {}

  record Announced(String remote, NodeName node, long connection, Writer writer)
      implements OnNode {}

  /** As {@code kept}: another name, where a torn file that cannot be removed has the version's. */
  record Published(String remote, NodeName node, long connection, Version version, Version kept)
      implements OnNode {}

  record Verified(String remote, NodeName node, long connection, Version version)
      implements OnNode {}

  /** The convenience copy was replaced, or the server refuses that for ever. */
  record NewestReplaced(String remote, NodeName node, long connection, Version version)
      implements OnNode {}

  /** The spool no longer has the content that was to be published. */
  record ContentLost(String remote, NodeName node, long connection, Version version)
      implements OnNode {}

  /** A remote refused, or did not answer, an action. */
  record Failed(Action.OnNode action, RemoteException error) implements OnNode {
    @Override
    public NodeName node() {
      return action.node();
    }
  }

  record Stored(NodeName node, Version version) implements OnNode {}

  record StoreFailed(NodeName node, Version version, String reason) implements OnNode {}

  record LedgerSaved(NodeName node) implements OnNode {}

  record LedgerFailed(NodeName node, String reason) implements OnNode {}
}
