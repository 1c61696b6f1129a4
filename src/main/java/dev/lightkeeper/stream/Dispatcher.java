package dev.lightkeeper.stream;

import dev.lightkeeper.remote.Version;
import java.util.Objects;

/**
 * Decides what is asked of a remote next: the newest of each node first, then what is older, then
 * what stands back behind publishes.
 */
final class Dispatcher {
  private static final int MAX_RECONCILING = 64;
  private static final int MAX_FOLLOWING = 16;

  private final NodeDesk nodes;
  private final StreamSettings settings;
  private final Outbox outbox;

  Dispatcher(NodeDesk nodes, StreamSettings settings, Outbox outbox) {
    this.nodes = nodes;
    this.settings = settings;
    this.outbox = outbox;
  }

  void look(Link link, Holding holding, long now) {
    link.wanted.look(holding, nodes.node(holding.node), now);
  }

  void lookAtAll(Link link, long now) {
    link.holdings.values().forEach(holding -> look(link, holding, now));
  }

  /** Fills the connection's window. */
  void dispatch(Link link, long now) {
    if (link.state != Link.State.UP || now < link.pausedUntil) {
      return;
    }
    Wanted wanted = link.wanted;
    while (link.reconciling < MAX_RECONCILING && !wanted.listing.isEmpty()) {
      reconcile(link, wanted.listing.iterator().next(), now);
    }
    while (link.inFlight < settings.window() && !wanted.newest.isEmpty()) {
      Holding holding = wanted.newest.iterator().next();
      Kept newest = Objects.requireNonNull(nodes.node(holding.node).newest, "what it waits for");
      publish(link, holding, newest.version(), now);
    }
    // Half the window stays free for changes yet to come: history must not delay the newest.
    while (link.inFlight < settings.window() / 2 && !wanted.any.isEmpty()) {
      Holding holding = wanted.any.iterator().next();
      publish(link, holding, holding.pending.last(), now);
    }
    int room = link.inFlight == 0 ? MAX_FOLLOWING : 1;
    while (link.following < room && !wanted.following.isEmpty()) {
      follow(link, wanted.following.iterator().next(), now);
    }
    while (!wanted.audit.isEmpty()) {
      audit(link, wanted.audit.iterator().next(), now);
    }
  }

  private void reconcile(Link link, Holding holding, long now) {
    holding.reconciling = true;
    holding.durableBeforeListing = holding.durable;
    link.reconciling++;
    outbox.add(new Action.Reconcile(link.remote, holding.node, link.connection));
    look(link, holding, now);
  }

  private void publish(Link link, Holding holding, Version version, long now) {
    NodeState node = nodes.node(holding.node);
    holding.pending.remove(version);
    Contents.Entry entry = node.contents.get(version);
    if (entry == null) {
      boolean newest = node.newest != null && node.newest.version().equals(version);
      holding.superseded += newest ? 0 : 1;
    } else {
      holding.inFlight.add(version);
      link.inFlight++;
      outbox.add(
          new Action.Publish(link.remote, holding.node, link.connection, version, entry.memory));
    }
    look(link, holding, now);
  }

  /** What comes after a publish, off its path: read back, then replace the copy. */
  private void follow(Link link, Holding holding, long now) {
    NodeState node = nodes.node(holding.node);
    Kept durable = holding.durable;
    Contents.Entry copy = Wanted.copy(holding, node, now);
    link.following++;
    if (durable != null && Wanted.needsCheck(holding)) {
      holding.verifying = true;
      outbox.add(new Action.Verify(link.remote, holding.node, link.connection, durable.version()));
    } else if (copy != null && copy.memory != null) {
      holding.replacing = true;
      outbox.add(
          new Action.ReplaceNewest(
              link.remote, holding.node, link.connection, copy.version, copy.memory));
    } else {
      throw new IllegalStateException(holding.node + " waits for nothing");
    }
    // Others first, if it waits for more.
    link.wanted.following.remove(holding);
    look(link, holding, now);
  }

  private void audit(Link link, Holding holding, long now) {
    holding.auditing = true;
    outbox.add(new Action.Audit(link.remote, holding.node, link.connection));
    look(link, holding, now);
  }
}
