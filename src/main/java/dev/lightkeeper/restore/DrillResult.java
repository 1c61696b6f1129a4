package dev.lightkeeper.restore;

import java.time.Duration;
import java.util.List;

/**
 * What a drill found: the archive can be restored.
 *
 * @param staged what the archive holds; its files are gone with the drill's site
 * @param nodes with the channel backup that each would get
 * @param notes what a person should know
 * @param complete whether every remote could be asked for newer channel backups
 * @param checking how long reading, checking and extracting the archive took
 * @param loading how long starting a new database and loading it took, beside that
 * @param databaseBytes what the loaded databases take on disk
 * @param free bytes on the volumes' disk, without what the drill took
 */
public record DrillResult(
    Staged staged,
    List<NodeBackup> nodes,
    List<String> notes,
    boolean complete,
    Duration checking,
    Duration loading,
    long databaseBytes,
    long free) {
  public DrillResult {
    nodes = List.copyOf(nodes);
    notes = List.copyOf(notes);
  }

  /** The nodes that have no channel backup with channels in it. */
  public List<NodeBackup> without() {
    return nodes.stream()
        .filter(n -> n.backup() == null || n.node().kind().holdsNoChannel(n.backup().size()))
        .toList();
  }

  /** Whether a restore would go through, with every channel backup there is. */
  public boolean whole() {
    return complete && without().isEmpty() && free > space();
  }

  /** What a restore would need on the volumes' disk, beside what is there. */
  public long space() {
    return staged.bytes() + databaseBytes;
  }
}
