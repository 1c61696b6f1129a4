package dev.lightkeeper.stream;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Version;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one remote holds of one node, what it still lacks, and what is under way. */
final class Holding {
  final NodeName node;
  final TreeSet<Version> pending = new TreeSet<>();
  final TreeSet<Version> inFlight = new TreeSet<>();
  @Nullable Kept durable;
  boolean verified;
  @Nullable Instant durableAt;
  @Nullable Long lagMillis;
  long superseded;
  final Set<Ledger.SeenWriter> seenWriters = new HashSet<>();

  /** Listed over the present connection: nothing is published before that. */
  boolean reconciled;

  boolean reconciling;

  /** What was durable when the listing under way was asked for: it may not show what came later. */
  @Nullable Kept durableBeforeListing;

  /** Listed since this process began: from then on every unknown version is somebody else's. */
  boolean everReconciled;

  /** The highest sequence at the last listing: what is there up to it was seen and judged. */
  long accounted;

  /** Somebody's versions were here before ours. */
  boolean hadVersions;

  boolean verifying;
  boolean replacing;
  boolean auditing;
  @Nullable Version replaced;
  long replaceAt;
  long auditAt;
  long reconcileAt;
  long foreignSignUntil;
  boolean foreign;

  Holding(NodeName node, Ledger.@Nullable Holding saved) {
    this.node = node;
    if (saved != null) {
      durable = saved.durable();
      verified = saved.verified();
      durableAt = saved.durableAt();
      lagMillis = saved.lagMillis();
      superseded = saved.superseded();
      seenWriters.addAll(saved.seenWriters());
    }
  }

  Ledger.Holding saved() {
    return new Ledger.Holding(durable, verified, durableAt, lagMillis, superseded, seenWriters);
  }

  boolean holds(Version version) {
    return durable != null && durable.version().compareTo(version) >= 0;
  }

  boolean lacks(Version version) {
    return pending.contains(version) || inFlight.contains(version);
  }

  /** The connection is gone: whatever was under way is to be done again. */
  void disconnected() {
    pending.addAll(inFlight);
    inFlight.clear();
    reconciled = false;
    reconciling = false;
    verifying = false;
    replacing = false;
    auditing = false;
  }
}
