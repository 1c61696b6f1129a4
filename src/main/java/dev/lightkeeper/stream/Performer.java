package dev.lightkeeper.stream;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Does what {@link StreamCore} decided, and says how it went. Thread-safe; may block. */
final class Performer {
  private record Live(long connection, RemoteSession session) {}

  private final Map<String, Remote> remotes;
  private final StateStore store;
  private final AlertSink alerts;
  private final Consumer<Event> news;
  private final Map<String, Live> sessions = new ConcurrentHashMap<>();

  /**
   * @param news takes what happens without an action; returns at once
   */
  Performer(Map<String, Remote> remotes, StateStore store, AlertSink alerts, Consumer<Event> news) {
    this.remotes = Map.copyOf(remotes);
    this.store = store;
    this.alerts = alerts;
    this.news = news;
  }

  /** Does one action; null when there is nothing to say about it. */
  @Nullable Event perform(Action action) throws InterruptedException {
    return switch (action) {
      case Action.Connect a -> connect(a);
      case Action.Disconnect a -> {
        disconnect(a);
        yield null;
      }
      case Action.OnNode a -> {
        try {
          yield onNode(a, session(a));
        } catch (RemoteException e) {
          yield new Event.Failed(a, e);
        }
      }
      case Action.Store a -> {
        try {
          store.store(a.node(), a.version(), a.backup());
          yield new Event.Stored(a.node(), a.version());
        } catch (IOException e) {
          yield new Event.StoreFailed(a.node(), a.version(), reason(e));
        }
      }
      case Action.Discard a -> {
        store.discard(a.node(), a.version());
        yield null;
      }
      case Action.SaveLedger a -> {
        try {
          store.save(a.ledger());
          yield new Event.LedgerSaved(a.ledger().node());
        } catch (IOException e) {
          yield new Event.LedgerFailed(a.ledger().node(), reason(e));
        }
      }
      case Action.Raise a -> {
        alerts.raise(a.alert());
        yield null;
      }
      case Action.Clear a -> {
        alerts.clear(a.key());
        yield null;
      }
    };
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private Event connect(Action.Connect a) throws InterruptedException {
    Remote remote = remotes.get(a.remote());
    if (remote == null) {
      throw new IllegalStateException("no such remote: " + a.remote());
    }
    try {
      RemoteSession session = remote.connect();
      Live before = sessions.put(a.remote(), new Live(a.connection(), session));
      if (before != null) {
        before.session().close();
      }
      session.whenDead(why -> news.accept(new Event.Disconnected(a.remote(), a.connection(), why)));
      return new Event.Connected(a.remote(), a.connection(), session.features());
    } catch (RemoteException e) {
      return new Event.ConnectFailed(a.remote(), a.connection(), e);
    }
  }

  private void disconnect(Action.Disconnect a) {
    sessions.computeIfPresent(
        a.remote(),
        (_, live) -> {
          if (live.connection() > a.connection()) {
            return live;
          }
          live.session().close();
          return null;
        });
  }

  private RemoteSession session(Action.OnNode a) throws RemoteException {
    Live live = sessions.get(a.remote());
    if (live == null || live.connection() != a.connection()) {
      throw new RemoteException(
          RemoteException.Kind.UNREACHABLE,
          "the connection to " + a.remote() + " is closed",
          "it is tried again for ever; check the network and the server",
          null);
    }
    return live.session();
  }

  private Event onNode(Action.OnNode action, RemoteSession session) throws RemoteException {
    return switch (action) {
      case Action.Reconcile a -> {
        session.prepare(a.node());
        yield new Event.Reconciled(
            a.remote(),
            a.node(),
            a.connection(),
            session.versions(a.node()),
            session.writers(a.node()));
      }
      case Action.Audit a ->
          new Event.Audited(a.remote(), a.node(), a.connection(), session.writers(a.node()));
      case Action.Announce a -> {
        session.announce(a.node(), a.writer());
        yield new Event.Announced(a.remote(), a.node(), a.connection(), a.writer());
      }
      case Action.Publish a -> publish(a, session);
      case Action.Verify a -> {
        var _ = session.read(a.node(), a.version());
        yield new Event.Verified(a.remote(), a.node(), a.connection(), a.version());
      }
      case Action.ReplaceNewest a -> {
        // False is a write-once remote: nothing more can be done there, now or later.
        var _ = session.replaceNewest(a.node(), a.backup());
        yield new Event.NewestReplaced(a.remote(), a.node(), a.connection(), a.version());
      }
    };
  }

  private Event publish(Action.Publish a, RemoteSession session) throws RemoteException {
    ChannelBackup backup =
        a.backup() != null ? a.backup() : store.load(a.node(), a.version()).orElse(null);
    if (backup == null) {
      return new Event.ContentLost(a.remote(), a.node(), a.connection(), a.version());
    }
    Version kept = session.publish(a.node(), a.version(), backup);
    return new Event.Published(a.remote(), a.node(), a.connection(), a.version(), kept);
  }

  /** The connections that no longer answer, of those too that do not tell by themselves. */
  List<Event.Disconnected> dead() {
    List<Event.Disconnected> dead = new ArrayList<>();
    sessions.forEach(
        (remote, live) -> {
          if (!live.session().alive()) {
            dead.add(new Event.Disconnected(remote, live.connection(), null));
          }
        });
    return dead;
  }

  void closeAll() {
    sessions.values().forEach(live -> live.session().close());
    sessions.clear();
  }
}
