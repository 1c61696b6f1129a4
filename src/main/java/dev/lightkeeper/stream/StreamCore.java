package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Decides everything about streaming, and does nothing: events in, actions out.
 *
 * <p>It waits for nobody, reads no clock and starts no thread, so that a simulation can drive it
 * through any order of events. Not thread-safe.
 */
final class StreamCore {
  private static final long SAVE_EVERY = 5_000;
  private static final long SAVE_RETRY = 5_000;

  private final Outbox outbox = new Outbox();
  private final NodeDesk nodes;
  private final LinkDesk links;
  private final StreamClock clock;
  private final HistoryKeeper history = new HistoryKeeper();

  StreamCore(
      List<Node> nodes,
      Map<String, String> remotes,
      StateStore store,
      StreamSettings settings,
      StreamClock clock,
      RandomGenerator random,
      WriterIdentity writer,
      BackupOpener opener) {
    this.clock = clock;
    this.nodes = new NodeDesk(settings, outbox, clock);
    Map<NodeName, Ledger> ledgers = new HashMap<>();
    for (Node node : nodes) {
      Ledger ledger = store.ledger(node.name());
      ledgers.put(node.name(), ledger);
      this.nodes.add(new NodeState(node, ledger), store.spooled(node.name()), store, opener);
      history.node(node.name());
    }
    this.links = new LinkDesk(this.nodes, settings, outbox, clock, random, writer, history);
    remotes.forEach((remote, location) -> links.add(remote, location, ledgers));
  }

  /** Takes in one event and says what is to be done now, in order. */
  List<Action> handle(Event event) {
    long now = clock.millis();
    switch (event) {
      case Event.Tick _ -> {
        links.tick(now);
        nodes.all().forEach(node -> tend(node, now));
      }
      case Event.Observed e -> {
        Version version = nodes.observed(e.observation(), e.opening(), now);
        NodeState node = nodes.node(e.observation().node());
        if (version != null) {
          history.observed(node.node.name(), clock.wall());
          links.offer(node, version);
        } else if (node.newest != null) {
          links.offerMissing(node);
        }
      }
      case Event.Connected e -> links.connected(e, now);
      case Event.ConnectFailed e -> links.connectFailed(e, now);
      case Event.Disconnected e -> links.disconnected(e, now);
      case Event.Reconciled e -> links.reconciled(e, now);
      case Event.Audited e -> links.audited(e, now);
      case Event.Announced e -> links.announced(e);
      case Event.Published e -> {
        links.published(e, now);
        tend(nodes.node(e.node()), now);
      }
      case Event.Verified e -> links.verified(e);
      case Event.NewestReplaced e -> links.newestReplaced(e, now);
      case Event.ContentLost e -> links.contentLost(e);
      case Event.Failed e -> links.failed(e, now);
      case Event.Stored e -> nodes.stored(e);
      case Event.StoreFailed e -> nodes.storeFailed(e, now);
      case Event.LedgerSaved e -> {
        NodeState node = nodes.node(e.node());
        node.saving = false;
        node.saveAt = node.dirty ? now + SAVE_EVERY : 0;
        outbox.clear(Alert.Kind.SPOOL, null, null);
      }
      case Event.LedgerFailed e -> {
        NodeState node = nodes.node(e.node());
        node.saving = false;
        node.dirty = true;
        node.saveAt = now + SAVE_RETRY;
        outbox.raise(
            Alert.Kind.SPOOL,
            null,
            null,
            "the state folder cannot be written: %s. Free space there; until then a restart may publish a version twice"
                .formatted(e.reason()));
      }
    }
    if (event instanceof Event.OnNode e) {
      links.look(e.node(), now);
    } else {
      links.lookAtAll(now);
    }
    links.dispatch(now);
    return outbox.drain();
  }

  private void tend(NodeState node, long now) {
    nodes.tend(node, now, links::lacks);
    for (Version version : nodes.excess(node)) {
      links.supersede(node, version);
    }
    if (node.dirty && !node.saving && node.saveAt <= now) {
      node.dirty = false;
      node.saving = true;
      outbox.add(new Action.SaveLedger(links.ledger(node)));
    }
  }

  /** Whether something is under way or waiting: time matters within a second. */
  boolean busy() {
    return links.busy() || nodes.all().stream().anyMatch(n -> n.dirty || n.saving);
  }

  /** Whether a remote still lacks a version that it could be given. */
  boolean settled() {
    return nodes.all().stream()
        .allMatch(n -> n.newest == null || links.allHold(n, n.newest.version()));
  }

  /** Whether nothing waits for a remote or is on its way to one, however old it is. */
  boolean flushed() {
    return links.flushed();
  }

  /** What a stopping process must still write down: every ledger, and every version lacked. */
  List<Action> finalActions() {
    nodes.all().forEach(node -> nodes.spoolAll(node, links::lacks));
    nodes.all().forEach(node -> outbox.add(new Action.SaveLedger(links.ledger(node))));
    return outbox.drain();
  }

  StreamHistory history() {
    return history.history();
  }

  NodeDesk nodes() {
    return nodes;
  }

  LinkDesk links() {
    return links;
  }
}
