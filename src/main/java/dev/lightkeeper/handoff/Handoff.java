package dev.lightkeeper.handoff;

import dev.lightkeeper.node.Sha256;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An offer: these channel databases are the last ones their nodes wrote on this host, and they are
 * in this archive.
 *
 * @param archive of the sealed file, as it is shipped
 * @param nodes at least one, in the order of their names
 * @param host the source's name, for people
 * @param writer the source's installation id
 * @param at when it was offered; UTC, whole milliseconds
 * @param key the public half of the Ed25519 key made for this offer, X.509 in Base64
 * @param decider where the one remote is whose first claim counts; null if no remote was there
 */
public record Handoff(
    HandoffId id,
    Sha256 archive,
    List<OfferedNode> nodes,
    String host,
    String writer,
    Instant at,
    String key,
    @Nullable String decider) {
  private static final Pattern INSTALLATION = Pattern.compile("[0-9a-f]{32}");

  /**
   * @throws IllegalArgumentException if no node is offered, one is twice, or {@code writer} is not
   *     an installation's id
   */
  public Handoff {
    nodes = nodes.stream().sorted(Comparator.comparing(OfferedNode::name)).toList();
    at = at.truncatedTo(ChronoUnit.MILLIS);
    if (nodes.isEmpty()
        || nodes.stream().map(OfferedNode::name).distinct().count() < nodes.size()) {
      throw new IllegalArgumentException("an offer is of one node or more, each once");
    }
    if (!INSTALLATION.matcher(writer).matches()) {
      throw new IllegalArgumentException("not an installation's id: " + writer);
    }
  }

  /** Every file of every channel database, by its path on the source. */
  public Map<String, Sha256> databases() {
    Map<String, Sha256> all = new TreeMap<>();
    nodes.forEach(n -> all.putAll(n.databases()));
    return all;
  }

  /** The nodes' names with commas between them, for people. */
  public String names() {
    return String.join(", ", nodes.stream().map(n -> n.name().value()).toList());
  }
}
