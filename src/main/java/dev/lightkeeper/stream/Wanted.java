package dev.lightkeeper.stream;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of one remote's holdings wait for what, whoever has waited longest first. It is kept up to
 * date instead of looked for, so that an event costs what it changes, however many nodes there are.
 */
final class Wanted {
  /** To be listed. */
  final Set<Holding> listing = new LinkedHashSet<>();

  /** The node's newest version is to be published. */
  final Set<Holding> newest = new LinkedHashSet<>();

  /** Any version is to be published. */
  final Set<Holding> any = new LinkedHashSet<>();

  /** To be read back, or its convenience copy to be replaced. */
  final Set<Holding> following = new LinkedHashSet<>();

  /** To be looked at for other writers. */
  final Set<Holding> audit = new LinkedHashSet<>();

  private final Set<Holding> unsettled = new LinkedHashSet<>();

  /** Has {@code holding} wait for what it needs now, and for nothing else. */
  void look(Holding holding, NodeState node, long now) {
    boolean ready = holding.reconciled;
    boolean pending = !holding.pending.isEmpty();
    set(unsettled, holding, !ready || pending);
    set(listing, holding, !holding.reconciling && (!ready || now >= holding.reconcileAt));
    set(any, holding, ready && pending);
    set(newest, holding, ready && pending && offersNewest(holding, node));
    set(following, holding, ready && (needsCheck(holding) || copy(holding, node, now) != null));
    set(audit, holding, ready && !holding.auditing && now >= holding.auditAt);
  }

  /** Whether some are not listed yet, or lack a version. */
  boolean unsettled() {
    return !unsettled.isEmpty();
  }

  static boolean needsCheck(Holding holding) {
    return holding.durable != null
        && !holding.verified
        && !holding.verifying
        && holding.inFlight.isEmpty();
  }

  /** What the convenience copy is to be replaced by now; null if it is to stay. */
  static Contents.@Nullable Entry copy(Holding holding, NodeState node, long now) {
    Kept newest = node.newest;
    if (newest == null
        || holding.replacing
        || now < holding.replaceAt
        || !holding.holds(newest.version())
        || newest.version().equals(holding.replaced)) {
      return null;
    }
    // Never by one that is worse than what is there.
    boolean worse = !newest.equals(node.good) && (node.good != null || holding.hadVersions);
    Contents.Entry entry = worse ? null : node.contents.get(newest.version());
    return entry == null || entry.memory == null ? null : entry;
  }

  private static boolean offersNewest(Holding holding, NodeState node) {
    return node.newest != null && holding.pending.contains(node.newest.version());
  }

  private static void set(Set<Holding> all, Holding holding, boolean in) {
    if (in) {
      all.add(holding);
    } else {
      all.remove(holding);
    }
  }
}
