package dev.lightkeeper.backup;

import dev.lightkeeper.remote.Remote;
import java.util.List;

/**
 * How the nodes of a migration are offered to their new host.
 *
 * @param writer this installation's id; of no meaning in a routine backup
 * @param remotes every one that is configured
 * @param byHand whether a person carries the offer to the destination: no remote is asked
 */
public record OfferOrder(String writer, List<Remote> remotes, boolean byHand) {
  /** The list is copied. */
  public OfferOrder {
    remotes = List.copyOf(remotes);
  }

  /** Those that are to hold the offer. */
  List<Remote> holders() {
    return byHand ? List.of() : remotes;
  }
}
