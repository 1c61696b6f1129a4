package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Version;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Decides what the remotes' answers mean: connected, listed, published, checked, given up. */
final class LinkDesk {
  private static final int FAILURES_BEFORE_RECONNECT = 3;

  private final Map<String, Link> links = new TreeMap<>();
  private final NodeDesk nodes;
  private final StreamSettings settings;
  private final Outbox outbox;
  private final StreamClock clock;
  private final RandomGenerator random;
  private final Writers writers;
  private final Dispatcher dispatcher;
  private final HistoryKeeper history;

  LinkDesk(
      NodeDesk nodes,
      StreamSettings settings,
      Outbox outbox,
      StreamClock clock,
      RandomGenerator random,
      WriterIdentity writer,
      HistoryKeeper history) {
    this.nodes = nodes;
    this.settings = settings;
    this.outbox = outbox;
    this.clock = clock;
    this.random = random;
    this.writers = new Writers(writer, settings, outbox, clock);
    this.history = history;
    this.dispatcher = new Dispatcher(nodes, settings, outbox);
  }

  void add(String remote, String location, Map<NodeName, Ledger> ledgers) {
    Link link = new Link(remote, location, backoff(), backoff(), backoff());
    for (NodeState node : nodes.all()) {
      Ledger ledger = ledgers.get(node.node.name());
      Ledger.Holding saved = ledger == null ? null : ledger.holdings().get(remote);
      Holding holding = new Holding(node.node.name(), saved);
      link.holdings.put(node.node.name(), holding);
      for (Contents.Entry entry : node.contents.all()) {
        if (!holding.holds(entry.version)) {
          holding.pending.add(entry.version);
        }
      }
    }
    links.put(remote, link);
    history.remote(remote);
  }

  private Backoff backoff() {
    return new Backoff(settings.retryFirst(), settings.retryMost(), random);
  }

  Collection<Link> all() {
    return links.values();
  }

  void tick(long now) {
    for (Link link : links.values()) {
      if (link.state == Link.State.DOWN && now >= link.retryAt) {
        link.state = Link.State.CONNECTING;
        link.connection++;
        outbox.add(new Action.Connect(link.remote, link.connection));
      }
      for (Holding holding : link.holdings.values()) {
        writers.expire(link, holding, now);
      }
    }
  }

  void connected(Event.Connected e, long now) {
    Link link = link(e.remote());
    if (link.connection != e.connection() || link.state != Link.State.CONNECTING) {
      outbox.add(new Action.Disconnect(e.remote(), e.connection()));
      return;
    }
    link.state = Link.State.UP;
    link.features = e.features();
    link.connects++;
    link.pausedUntil = now;
    link.connecting.reset();
    outbox.clear(Alert.Kind.HOST_KEY, null, link.remote);
    if (link.refusing.failures() == 0) {
      outbox.clear(Alert.Kind.REMOTE_FAILING, null, link.remote);
    }
  }

  void connectFailed(Event.ConnectFailed e, long now) {
    Link link = link(e.remote());
    if (link.connection == e.connection() && link.state == Link.State.CONNECTING) {
      lost(link, e.error(), now);
    }
  }

  void disconnected(Event.Disconnected e, long now) {
    Link link = link(e.remote());
    if (link.up(e.connection())) {
      RemoteException unknown =
          new RemoteException(
              RemoteException.Kind.UNREACHABLE,
              "the connection to " + e.remote() + " broke",
              "it is tried again for ever; check the network and the server",
              null);
      lost(link, e.why() == null ? unknown : e.why(), now);
    }
  }

  private void lost(Link link, RemoteException error, long now) {
    note(link, error);
    outbox.add(new Action.Disconnect(link.remote, link.connection));
    link.down(now + link.connecting.next());
    dispatcher.lookAtAll(link, now);
  }

  private void note(Link link, RemoteException error) {
    link.lastError = error.what() + ": " + error.remedy();
    link.lastErrorAt = clock.wall();
    Alert.Kind kind =
        error.kind() == RemoteException.Kind.HOST_KEY
            ? Alert.Kind.HOST_KEY
            : Alert.Kind.REMOTE_FAILING;
    outbox.raise(kind, null, link.remote, "%s: %s".formatted(link.remote, link.lastError));
  }

  void reconciled(Event.Reconciled e, long now) {
    Link link = link(e.remote());
    if (!link.up(e.connection())) {
      return;
    }
    NodeState node = nodes.node(e.node());
    Holding holding = link.holding(e.node());
    link.reconciling--;
    holding.reconciling = false;
    long most = Math.max(node.lastSequence, Version.MOST_FROM_OTHERS);
    Version highest =
        e.versions().stream().filter(v -> v.sequence() <= most).reduce((_, v) -> v).orElse(null);
    Kept durable = holding.durable;
    if (durable != null
        && durable.equals(holding.durableBeforeListing)
        && e.versions().stream().noneMatch(v -> same(v, durable.version()))) {
      outbox.raise(
          Alert.Kind.REMOTE_LOST,
          e.node(),
          link.remote,
          "%s: %s no longer has version %d, which it had acknowledged; the newest is published again. Find out who removes files there"
              .formatted(e.node(), link.remote, durable.version().sequence()));
      holding.durable = null;
      holding.verified = false;
      node.dirty = true;
    }
    holding.hadVersions |= highest != null;
    boolean foreign =
        e.versions().stream()
            .anyMatch(
                v ->
                    v.sequence() > most
                        || (holding.everReconciled
                            && v.sequence() > holding.accounted
                            && !node.stamped.contains(v)));
    writers.reconciled(link, holding, e, foreign, now);
    holding.accounted = highest == null ? 0 : highest.sequence();
    if (highest != null) {
      continueAfter(node, highest, now);
    }
    holding.reconciled = true;
    holding.everReconciled = true;
    node.dirty = true;
    holding.reconcileAt = now + settings.reconcileEvery();
    holding.auditAt = now + settings.auditEvery();
    offerMissing(node);
    warnIfEmptied(node, holding);
    if (link.holdings.values().stream()
        .allMatch(h -> h.pending.isEmpty() && h.inFlight.isEmpty())) {
      link.refusing.reset();
      outbox.clear(Alert.Kind.REMOTE_FAILING, null, link.remote);
    }
  }

  private static boolean same(Version listed, Version ours) {
    return listed.sequence() == ours.sequence() && listed.hash().equals(ours.hash());
  }

  private void continueAfter(NodeState node, Version highest, long now) {
    Kept newest = node.newest;
    if (newest == null || highest.sequence() < newest.version().sequence()) {
      node.lastSequence = Math.max(node.lastSequence, highest.sequence());
      return;
    }
    if (highest.hash().equals(newest.version().hash())) {
      if (highest.sequence() > newest.version().sequence()
          && nodes.adopt(node, highest, now) != null) {
        replaceOffers(node, newest.version(), highest);
      }
      return;
    }
    Version restamped = nodes.restamp(node, highest.sequence() + 1, now);
    if (restamped != null) {
      replaceOffers(node, newest.version(), restamped);
    }
  }

  private void replaceOffers(NodeState node, Version old, Version version) {
    for (Link link : links.values()) {
      link.holding(node.node.name()).pending.remove(old);
    }
    offer(node, version);
  }

  private void warnIfEmptied(NodeState node, Holding holding) {
    Kept newest = node.newest;
    if (newest != null
        && node.good == null
        && holding.hadVersions
        && holding.durable == null
        && node.holdsNoChannel(newest.size())) {
      nodes.emptied(node, newest, "the remote has versions of this node from before");
    }
  }

  /** A new version is wanted on every remote. */
  void offer(NodeState node, Version version) {
    for (Link link : links.values()) {
      Holding holding = link.holding(node.node.name());
      holding.pending.add(version);
      while (holding.pending.size() > settings.backlog()) {
        holding.pending.pollFirst();
        holding.superseded++;
      }
    }
  }

  /** The newest is wanted wherever it is neither durable nor on its way. */
  void offerMissing(NodeState node) {
    Kept newest = node.newest;
    if (newest == null || node.contents.get(newest.version()) == null) {
      return;
    }
    for (Link link : links.values()) {
      Holding holding = link.holding(node.node.name());
      if (!holding.holds(newest.version()) && !holding.lacks(newest.version())) {
        holding.pending.add(newest.version());
      }
    }
  }

  /** Gives up a version everywhere: there is no room to keep it. */
  void supersede(NodeState node, Version version) {
    for (Link link : links.values()) {
      Holding holding = link.holding(node.node.name());
      if (holding.pending.remove(version)) {
        holding.superseded++;
        node.dirty = true;
      }
    }
  }

  void published(Event.Published e, long now) {
    Link link = link(e.remote());
    Holding holding = link.holding(e.node());
    NodeState node = nodes.node(e.node());
    finish(link, holding, e.connection(), e.version());
    holding.pending.remove(e.version());
    link.refusing.reset();
    if (link.up(e.connection())) {
      outbox.clear(Alert.Kind.REMOTE_FAILING, null, link.remote);
    }
    outbox.clear(Alert.Kind.REMOTE_LOST, e.node(), link.remote);
    if (!holding.holds(e.version())) {
      Contents.Entry entry = node.contents.get(e.version());
      holding.durable = new Kept(e.kept(), entry == null ? -1 : entry.size);
      holding.verified = false;
      holding.durableAt = clock.wall();
      long lag =
          entry == null || entry.since == 0
              ? Math.max(0, Duration.between(e.version().observedAt(), clock.wall()).toMillis())
              : now - entry.since;
      holding.lagMillis = lag;
      history.published(link.remote, e.node(), e.version(), lag, clock.wall());
      node.dirty = true;
    }
  }

  void verified(Event.Verified e) {
    Link link = link(e.remote());
    Holding holding = link.holding(e.node());
    if (link.up(e.connection())) {
      holding.verifying = false;
      link.following--;
    }
    if (holding.durable != null && holding.durable.version().equals(e.version())) {
      holding.verified = true;
      link.rereading.reset();
      nodes.node(e.node()).dirty = true;
      outbox.clear(Alert.Kind.TORN, e.node(), e.remote());
    }
  }

  void newestReplaced(Event.NewestReplaced e, long now) {
    Link link = link(e.remote());
    Holding holding = link.holding(e.node());
    if (link.up(e.connection())) {
      holding.replacing = false;
      link.following--;
    }
    holding.replaced = e.version();
    holding.replaceAt = now + settings.replaceEvery();
  }

  void audited(Event.Audited e, long now) {
    Link link = link(e.remote());
    if (link.up(e.connection())) {
      Holding holding = link.holding(e.node());
      holding.auditing = false;
      holding.auditAt = now + settings.auditEvery();
      writers.audited(link, holding, e.writers(), now);
    }
  }

  void announced(Event.Announced e) {
    writers.announced(link(e.remote()).holding(e.node()), e.writer());
    nodes.node(e.node()).dirty = true;
  }

  void contentLost(Event.ContentLost e) {
    Link link = link(e.remote());
    Holding holding = link.holding(e.node());
    NodeState node = nodes.node(e.node());
    finish(link, holding, e.connection(), e.version());
    holding.superseded++;
    node.contents.remove(e.version());
    node.dirty = true;
  }

  private static void finish(Link link, Holding holding, long connection, Version version) {
    if (link.up(connection) && holding.inFlight.remove(version)) {
      link.inFlight--;
    }
  }

  void failed(Event.Failed e, long now) {
    Action.OnNode action = e.action();
    Link link = link(action.remote());
    if (!link.up(action.connection())) {
      return;
    }
    Holding holding = link.holding(action.node());
    switch (action) {
      case Action.Publish p -> {
        finish(link, holding, p.connection(), p.version());
        holding.pending.add(p.version());
      }
      case Action.Reconcile _ -> {
        link.reconciling--;
        holding.reconciling = false;
      }
      case Action.Verify v -> {
        holding.verifying = false;
        link.following--;
        unverified(link, holding, v, e.error(), now);
      }
      case Action.ReplaceNewest _ -> {
        holding.replacing = false;
        link.following--;
        holding.replaceAt = now + settings.retryMost();
      }
      case Action.Audit _ -> {
        holding.auditing = false;
        holding.auditAt = now + settings.auditEvery();
      }
      case Action.Announce _ -> {}
    }
    if (e.error().kind() == RemoteException.Kind.UNREACHABLE) {
      lost(link, e.error(), now);
    } else if (!(action instanceof Action.Verify)) {
      note(link, e.error());
      if (now >= link.pausedUntil) {
        link.pausedUntil = now + link.refusing.next();
      }
      if (link.refusing.failures() % FAILURES_BEFORE_RECONNECT == 0) {
        lost(link, e.error(), now);
      }
    }
  }

  private void unverified(
      Link link, Holding holding, Action.Verify v, RemoteException error, long now) {
    boolean gone =
        error.kind() == RemoteException.Kind.TORN || error.kind() == RemoteException.Kind.NOT_FOUND;
    if (gone && holding.durable != null && holding.durable.version().equals(v.version())) {
      outbox.raise(
          Alert.Kind.TORN,
          v.node(),
          v.remote(),
          "%s: version %d, acknowledged by %s, does not read back as it was sent (%s); it is published again. Check that server's disk"
              .formatted(v.node(), v.version().sequence(), v.remote(), error.what()));
      holding.durable = null;
      holding.verified = false;
      // A disk that keeps nothing would be written to at the speed of the line.
      link.pausedUntil = Math.max(link.pausedUntil, now + link.rereading.next());
      NodeState node = nodes.node(v.node());
      node.dirty = true;
      offerMissing(node);
    }
  }

  /** Some of what is wanted for {@code node} may have changed. */
  void look(NodeName node, long now) {
    links.values().forEach(link -> dispatcher.look(link, link.holding(node), now));
  }

  /** Anything may have changed, if only the time. */
  void lookAtAll(long now) {
    links.values().forEach(link -> dispatcher.lookAtAll(link, now));
  }

  void dispatch(long now) {
    links.values().forEach(link -> dispatcher.dispatch(link, now));
  }

  boolean lacks(NodeState node, Version version) {
    return links.values().stream().anyMatch(l -> l.holding(node.node.name()).lacks(version));
  }

  boolean allHold(NodeState node, Version version) {
    return links.values().stream().allMatch(l -> l.holding(node.node.name()).holds(version));
  }

  boolean flushed() {
    return links.values().stream()
        .flatMap(l -> l.holdings.values().stream())
        .allMatch(h -> h.pending.isEmpty() && h.inFlight.isEmpty());
  }

  boolean busy() {
    return links.values().stream()
        .anyMatch(
            l ->
                l.state != Link.State.UP
                    || l.inFlight > 0
                    || l.reconciling > 0
                    || l.wanted.unsettled());
  }

  Ledger ledger(NodeState node) {
    Map<String, Ledger.Holding> saved = new HashMap<>();
    links.forEach((name, link) -> saved.put(name, link.holding(node.node.name()).saved()));
    return new Ledger(
        node.node.name(), node.lastSequence, node.newest, node.good, saved, node.inventory);
  }

  private Link link(String remote) {
    Link link = links.get(remote);
    if (link == null) {
      throw new IllegalStateException("no such remote: " + remote);
    }
    return link;
  }
}
