package dev.lightkeeper.restore;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.Node;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of the archive and the newest channel backup there is of it.
 *
 * @param node its file is where it lies in what was staged
 * @param volume the volume it is in
 * @param inVolume its file below the volume's content
 * @param backup null if there is none anywhere
 * @param source where that is from: {@code the archive}, {@code this host} or a remote's name
 * @param sequence of the version; 0 if that is not known
 * @param time when it was observed or written
 * @param older what may be tried, in this order, if the node cannot open {@code backup}; none if a
 *     key did open it
 */
public record NodeBackup(
    Node node,
    String volume,
    Path inVolume,
    @Nullable ChannelBackup backup,
    String source,
    long sequence,
    @Nullable Instant time,
    List<ChannelBackup> older) {
  public NodeBackup {
    older = List.copyOf(older);
  }

  /** The same with others to try after it. */
  NodeBackup withOlder(List<ChannelBackup> others) {
    return new NodeBackup(node, volume, inVolume, backup, source, sequence, time, others);
  }
}
