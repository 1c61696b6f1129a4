package dev.lightkeeper.handoff;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a restore wants to know before a channel database goes live.
 *
 * @param me the attempt that asks
 * @param archive of the archive's file as it is here
 * @param id the offer that the archive's own manifest names; null if it names none
 * @param databases every channel database file in the archive, by the path it had on the source
 * @param known the highest sequence of each node that this host's own state knows
 * @param starting whether this is the last look before the node starts: its own mark that it is
 *     about to is then no reason to refuse
 */
public record Question(
    Claimant me,
    Sha256 archive,
    @Nullable HandoffId id,
    Map<String, Sha256> databases,
    Map<NodeName, Long> known,
    boolean starting) {
  public Question {
    databases = Map.copyOf(databases);
    known = Map.copyOf(known);
  }

  Question whileStarting() {
    return new Question(me, archive, id, databases, known, true);
  }
}
