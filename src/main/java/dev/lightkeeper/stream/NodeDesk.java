package dev.lightkeeper.stream;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Observation;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.scb.Opening;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Decides what an observation means: a new version, a worse one, none; and what is spooled. */
final class NodeDesk {
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(1);
  private static final long STORE_RETRY = 5_000;

  /** The ledger may lag: a burst of changes must not wait for this disk. */
  private static final long SAVE_AFTER = 5_000;

  private final Map<NodeName, NodeState> nodes = new TreeMap<>();
  private final StreamSettings settings;
  private final Outbox outbox;
  private final StreamClock clock;
  private final Appraiser appraiser;

  NodeDesk(StreamSettings settings, Outbox outbox, StreamClock clock) {
    this.settings = settings;
    this.outbox = outbox;
    this.clock = clock;
    this.appraiser = new Appraiser(outbox);
  }

  void add(NodeState node, List<Kept> spooled, StateStore store, BackupOpener opener) {
    nodes.put(node.node.name(), node);
    for (Kept kept : spooled) {
      node.contents.spooled(kept, 0);
      node.stamped.add(kept.version());
      node.lastSequence = Math.max(node.lastSequence, kept.version().sequence());
      if (node.newest == null || node.newest.version().compareTo(kept.version()) < 0) {
        accept(node, kept, opening(node.node.name(), kept, store, opener));
      }
    }
    Contents.Entry newest = node.newest == null ? null : node.contents.get(node.newest.version());
    if (newest != null) {
      newest.memory = store.load(node.node.name(), newest.version).orElse(null);
    }
  }

  private static Opening opening(NodeName node, Kept kept, StateStore store, BackupOpener opener) {
    return store
        .load(node, kept.version())
        .map(backup -> opener.open(node, backup))
        .orElseGet(Opening.NotTried::new);
  }

  NodeState node(NodeName name) {
    NodeState node = nodes.get(name);
    if (node == null) {
      throw new IllegalStateException("no such node: " + name);
    }
    return node;
  }

  Collection<NodeState> all() {
    return nodes.values();
  }

  /** The new version that {@code observation} makes, if it makes one. */
  @Nullable Version observed(Observation observation, Opening opening, long now) {
    NodeState node = node(observation.node());
    NodeName name = observation.node();
    return switch (observation) {
      case Observation.Captured c -> {
        node.state = "ok";
        node.reason = null;
        outbox.clear(Alert.Kind.VANISHED, name, null);
        outbox.clear(Alert.Kind.UNREADABLE, name, null);
        yield captured(node, c, opening, now);
      }
      case Observation.Absent a -> {
        node.state = "absent";
        node.reason = a.reason();
        outbox.clear(Alert.Kind.UNREADABLE, name, null);
        if (node.newest != null) {
          outbox.raise(
              Alert.Kind.VANISHED,
              name,
              null,
              "%s: the channel backup vanished: %s. Its versions stay on every remote; look at what removed it before the node starts again"
                  .formatted(name, a.reason()));
        }
        yield null;
      }
      case Observation.Unreadable u -> {
        node.state = "unreadable";
        node.reason = u.reason();
        outbox.raise(
            Alert.Kind.UNREADABLE,
            name,
            null,
            "%s: %s cannot be read: %s".formatted(name, node.node.file(), u.reason()));
        yield null;
      }
    };
  }

  private @Nullable Version captured(
      NodeState node, Observation.Captured captured, Opening opening, long now) {
    ChannelBackup backup = captured.backup();
    Instant at = captured.at();
    Kept before = node.newest;
    if (before != null && before.version().hash().equals(backup.hash())) {
      node.contents.observed(before.version(), backup, now);
      appraiser.appraise(node, before, opening, clock.wall());
      return null;
    }
    if (before != null && at.isBefore(before.version().observedAt().minus(CLOCK_SLACK))) {
      outbox.raise(
          Alert.Kind.CLOCK,
          node.node.name(),
          null,
          "%s: the clock went back: it says %s, the last version was observed at %s. Versions stay in order by sequence; set the clock"
              .formatted(node.node.name(), at, before.version().observedAt()));
    } else {
      outbox.clear(Alert.Kind.CLOCK, node.node.name(), null);
    }
    Version version = new Version(node.lastSequence + 1, at, backup.hash());
    node.lastSequence = version.sequence();
    node.contents.observed(version, backup, now);
    accept(node, new Kept(version, backup.size()), opening);
    return version;
  }

  private void accept(NodeState node, Kept kept, Opening opening) {
    node.newest = kept;
    node.stamped.add(kept.version());
    appraiser.appraise(node, kept, opening, clock.wall());
    node.dirty = true;
  }

  /** A channel backup that holds no channel came after one that may hold some. */
  void emptied(NodeState node, Kept kept, String good) {
    appraiser.emptied(node, kept, good);
  }

  /** The newest content gets a version that orders after everything seen on a remote. */
  @Nullable Version restamp(NodeState node, long sequence, long now) {
    Kept newest = node.newest;
    node.lastSequence = Math.max(node.lastSequence, sequence);
    if (newest == null) {
      return null;
    }
    Version old = newest.version();
    return adopt(node, new Version(sequence, old.observedAt(), old.hash()), now);
  }

  /** The newest content is on a remote already, as {@code version}. */
  @Nullable Version adopt(NodeState node, Version version, long now) {
    Kept newest = node.newest;
    if (newest == null) {
      return null;
    }
    boolean wasGood = newest.equals(node.good);
    Contents.Entry entry = node.contents.get(newest.version());
    Kept kept = new Kept(version, newest.size());
    if (entry != null && entry.memory != null) {
      node.contents.observed(version, entry.memory, now);
    }
    node.newest = kept;
    node.stamped.add(version);
    if (wasGood) {
      node.good = kept;
    }
    node.lastSequence = Math.max(node.lastSequence, version.sequence());
    node.dirty = true;
    return version;
  }

  /** Spools what has waited too long, forgets what nobody lacks, keeps memory and spool bounded. */
  void tend(NodeState node, long now, BiPredicate<NodeState, Version> lacking) {
    long memory = 0;
    boolean unspooled = false;
    for (Contents.Entry e : List.copyOf(node.contents.all())) {
      boolean newest = node.newest != null && node.newest.version().equals(e.version);
      boolean lacked = lacking.test(node, e.version);
      if (!lacked && !e.storing) {
        if (e.stored) {
          outbox.add(new Action.Discard(node.node.name(), e.version));
          e.stored = false;
        }
        if (!newest) {
          node.contents.remove(e.version);
        }
      } else if (lacked && !e.stored && !e.storing && e.memory != null) {
        unspooled = true;
        if (now - e.since >= settings.spoolAfter() && now >= e.storeAt) {
          e.storing = true;
          outbox.add(new Action.Store(node.node.name(), e.version, e.memory));
        }
      }
      if (!newest && e.memory != null) {
        memory += e.size;
        if (memory > settings.memoryLimit() && e.stored) {
          e.memory = null;
        }
      }
    }
    if (!unspooled) {
      outbox.clear(Alert.Kind.SPOOL, node.node.name(), null);
    }
    appraiser.tend(node, clock.wall());
    save(node, now);
  }

  /** Spools at once whatever a remote still lacks. */
  void spoolAll(NodeState node, BiPredicate<NodeState, Version> lacking) {
    for (Contents.Entry e : node.contents.all()) {
      if (!e.stored && e.memory != null && lacking.test(node, e.version)) {
        outbox.add(new Action.Store(node.node.name(), e.version, e.memory));
      }
    }
  }

  /** The oldest versions that go when spool or memory hold more than they may. */
  List<Version> excess(NodeState node) {
    Collection<Contents.Entry> older =
        node.contents.before(node.newest == null ? null : node.newest.version());
    if (older.isEmpty()) {
      return List.of(); // as at rest, whatever all the others hold
    }
    long spool = nodes.values().stream().mapToLong(n -> n.contents.storedBytes()).sum();
    long memory = node.contents.unstoredBytes();
    List<Version> excess = new ArrayList<>();
    for (Contents.Entry e : older) {
      if (spool <= settings.spoolLimit() && memory <= 2 * settings.memoryLimit()) {
        break;
      }
      spool -= e.stored ? e.size : 0;
      memory -= e.memory != null && !e.stored ? e.size : 0;
      excess.add(e.version);
    }
    return excess;
  }

  void stored(Event.Stored event) {
    Contents.Entry entry = node(event.node()).contents.get(event.version());
    if (entry == null) {
      outbox.add(new Action.Discard(event.node(), event.version()));
    } else {
      entry.storing = false;
      entry.stored = true;
    }
    outbox.clear(Alert.Kind.SPOOL, event.node(), null);
  }

  void storeFailed(Event.StoreFailed event, long now) {
    Contents.Entry entry = node(event.node()).contents.get(event.version());
    if (entry != null) {
      entry.storing = false;
      entry.storeAt = now + STORE_RETRY;
    }
    outbox.raise(
        Alert.Kind.SPOOL,
        event.node(),
        null,
        "%s: the spool cannot be written: %s. Versions wait in memory and would be lost with this process; free space on the state folder's disk"
            .formatted(event.node(), event.reason()));
  }

  private static void save(NodeState node, long now) {
    if (node.dirty && node.saveAt == 0) {
      node.saveAt = now + SAVE_AFTER;
    }
  }
}
