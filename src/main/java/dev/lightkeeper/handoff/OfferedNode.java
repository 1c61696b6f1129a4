package dev.lightkeeper.handoff;

import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One node of an offer, as it was when it had stopped for the last time.
 *
 * @param databases every file of its channel database, by the absolute path it had on the source
 * @param channelBackup its last channel backup; null if it had none
 * @param sequence of the newest version of that on the remotes; 0 if there was none
 */
public record OfferedNode(
    NodeName name,
    NodeKind kind,
    Map<String, Sha256> databases,
    @Nullable Sha256 channelBackup,
    long sequence) {
  /**
   * @throws IllegalArgumentException if it has no database: there is nothing to hand off
   */
  public OfferedNode {
    databases = Map.copyOf(databases);
    if (databases.isEmpty() || sequence < 0) {
      throw new IllegalArgumentException("no channel database of " + name);
    }
  }

  /** The databases in the order of their paths. */
  Map<String, Sha256> sortedDatabases() {
    return new TreeMap<>(databases);
  }
}
