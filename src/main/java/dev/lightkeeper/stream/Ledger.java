package dev.lightkeeper.stream;

import dev.lightkeeper.node.NodeName;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must survive a restart about one node. It is saved after what it states became true, so it
 * may lag behind a remote but never claims what a remote does not hold.
 *
 * @param lastSequence the highest sequence used or seen
 * @param newest the newest version observed
 * @param good the newest version that may hold channels
 * @param holdings by remote
 * @param inventory what the last good version that was opened held; null if none was
 */
public record Ledger(
    NodeName node,
    long lastSequence,
    @Nullable Kept newest,
    @Nullable Kept good,
    Map<String, Holding> holdings,
    @Nullable Inventory inventory) {
  public Ledger {
    holdings = Map.copyOf(holdings);
  }

  /** That of a node whose versions were never opened. */
  public Ledger(
      NodeName node,
      long lastSequence,
      @Nullable Kept newest,
      @Nullable Kept good,
      Map<String, Holding> holdings) {
    this(node, lastSequence, newest, good, holdings, null);
  }

  /** A node never seen before. */
  public static Ledger fresh(NodeName node) {
    return new Ledger(node, 0, null, null, Map.of());
  }

  /**
   * What one remote has acknowledged.
   *
   * @param durable the newest version acknowledged
   * @param verified whether that one was read back
   * @param durableAt when it was acknowledged
   * @param lagMillis from observed to acknowledged
   * @param superseded how many versions were dropped because a newer one was durable
   * @param seenWriters every announcement known, our own among them; if there is any, this
   *     installation has been a writer there
   */
  public record Holding(
      @Nullable Kept durable,
      boolean verified,
      @Nullable Instant durableAt,
      @Nullable Long lagMillis,
      long superseded,
      Set<SeenWriter> seenWriters) {
    public Holding {
      seenWriters = Set.copyOf(seenWriters);
    }
  }

  /** An announcement, by writer and time. */
  public record SeenWriter(String id, Instant since) {}
}
