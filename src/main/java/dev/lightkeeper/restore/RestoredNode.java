package dev.lightkeeper.restore;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.lightkeeper.node.NodeKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node that a restore brought back without its channel state, as it is written down for
 * recovering its channels later.
 *
 * @param service the compose service it runs in, such as {@code lnd_bitcoin}
 * @param toImport the channel backup that is beside it for import; null if it needs none: it is in
 *     the node's own folder, or holds no channel
 * @param kept the copy of what is in Core Lightning's folder, which that node rewrites; null if it
 *     holds no channel, or was not kept
 * @param older what may be imported, in this order, if LND cannot open that one; null as none
 * @param holdsChannels whether its channel backup can hold any
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record RestoredNode(
    String name,
    NodeKind kind,
    String service,
    @Nullable String toImport,
    @Nullable String kept,
    @Nullable List<String> older,
    boolean holdsChannels) {
  private static final String PREFIX = "generated_";
  private static final String SUFFIX = "_datadir";

  static RestoredNode of(NodeBackup node, ChannelBackupPlacement placement) {
    String service = node.volume();
    if (service.startsWith(PREFIX)) {
      service = service.substring(PREFIX.length());
    }
    if (service.endsWith(SUFFIX)) {
      service = service.substring(0, service.length() - SUFFIX.length());
    }
    return new RestoredNode(
        node.node().name().value(),
        node.node().kind(),
        service,
        placement.toImport(node).map(Object::toString).orElse(null),
        placement.kept(node).map(Object::toString).orElse(null),
        placement.older(node).stream().map(Object::toString).toList(),
        node.backup() != null && !node.node().kind().holdsNoChannel(node.backup().size()));
  }
}
