package dev.lightkeeper.stream;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Features;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The state of one remote: its connection and what it holds of each node. */
final class Link {
  /** Where a connection stands. */
  enum State {
    DOWN,
    CONNECTING,
    UP
  }

  final String remote;
  final String location;
  final Map<NodeName, Holding> holdings = new TreeMap<>();
  final Wanted wanted = new Wanted();
  final Backoff connecting;
  final Backoff refusing;

  /** For a remote whose versions do not read back as they were sent. */
  final Backoff rereading;

  State state = State.DOWN;
  long connection;
  long retryAt;
  long pausedUntil;
  long connects;
  int inFlight;
  int reconciling;

  /** Verifications and replacements under way: they stand back behind publishes. */
  int following;

  @Nullable Features features;
  @Nullable String lastError;
  @Nullable Instant lastErrorAt;

  Link(String remote, String location, Backoff connecting, Backoff refusing, Backoff rereading) {
    this.remote = remote;
    this.location = location;
    this.connecting = connecting;
    this.refusing = refusing;
    this.rereading = rereading;
  }

  boolean up(long connectionNumber) {
    return state == State.UP && connection == connectionNumber;
  }

  void down(long retry) {
    state = State.DOWN;
    retryAt = retry;
    inFlight = 0;
    reconciling = 0;
    following = 0;
    holdings.values().forEach(Holding::disconnected);
  }

  Holding holding(NodeName node) {
    Holding holding = holdings.get(node);
    if (holding == null) {
      throw new IllegalStateException("no such node: " + node);
    }
    return holding;
  }
}
