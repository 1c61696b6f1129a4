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
  /**
   * A node's file was looked at.
   *
   * @param opening what came of opening what was captured
   */
  record Observed(Observation observation, Opening opening) implements Event {}

  /** Time passed. */
  record Tick() implements Event {}

  record Connected(String remote, long connection, Features features) implements Event {}

  record ConnectFailed(String remote, long connection, RemoteException error) implements Event {}

  /** The connection died; {@code why} is null where that is not known. */
  record Disconnected(String remote, long connection, @Nullable RemoteException why)
      implements Event {}

  record Reconciled(
      String remote, NodeName node, long connection, List<Version> versions, List<Writer> writers)
      implements Event {}

  record Audited(String remote, NodeName node, long connection, List<Writer> writers)
      implements Event {}

  record Announced(String remote, NodeName node, long connection, Writer writer) implements Event {}

  record Published(String remote, NodeName node, long connection, Version version)
      implements Event {}

  record Verified(String remote, NodeName node, long connection, Version version)
      implements Event {}

  /** The convenience copy was replaced, or the server refuses that for ever. */
  record NewestReplaced(String remote, NodeName node, long connection, Version version)
      implements Event {}

  /** The spool no longer has the content that was to be published. */
  record ContentLost(String remote, NodeName node, long connection, Version version)
      implements Event {}

  /** A remote refused, or did not answer, an action. */
  record Failed(Action.OnNode action, RemoteException error) implements Event {}

  record Stored(NodeName node, Version version) implements Event {}

  record StoreFailed(NodeName node, Version version, String reason) implements Event {}

  record LedgerSaved(NodeName node) implements Event {}

  record LedgerFailed(NodeName node, String reason) implements Event {}
}
