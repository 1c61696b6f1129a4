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
 * @param carried the offer itself, if it was carried here by hand: remotes hold none then, and only
 *     what contradicts it; null if they hold it
 * @param stage how far the one who asks is
 */
public record Question(
    Claimant me,
    Sha256 archive,
    @Nullable HandoffId id,
    Map<String, Sha256> databases,
    Map<NodeName, Long> known,
    @Nullable Handoff carried,
    Stage stage) {
  /** How far the one who asks is. */
  public enum Stage {
    /** Nothing is in place yet. */
    ASKING,
    /** The node is about to start: its own mark of that is no reason to refuse. */
    STARTING,
    /** It ran here already, unasked: newer channel backups are its own then. */
    RAN
  }

  public Question {
    databases = Map.copyOf(databases);
    known = Map.copyOf(known);
  }

  Question at(Stage next) {
    return new Question(me, archive, id, databases, known, carried, next);
  }
}
