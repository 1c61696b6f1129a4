package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import java.util.ArrayList;
import java.util.List;

/** Whether some remote would keep an offer: tried before anything is stopped for it. */
public final class OfferTrial {
  // Always the same: where nothing can be removed, trying leaves one file and not one each time.
  private static final Note NOTE =
      new Note(
          "try-" + "0".repeat(32) + ".json",
          "\"Lightkeeper tried here whether it can offer a handoff.\"\n");

  private OfferTrial() {}

  /**
   * Leaves a note that says nothing beside those of each node, on the first remote that takes it.
   *
   * @throws HandoffException UNREACHABLE if none does
   */
  public static void insistOnTaker(List<Node> nodes, List<Remote> remotes)
      throws HandoffException, InterruptedException {
    List<String> refusals = new ArrayList<>();
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        for (Node node : nodes) {
          // Of another content it may be, of a later version: it was written, which is what counts.
          boolean _ = session.keepOnce(node.name(), NOTE);
        }
        return;
      } catch (RemoteException e) {
        refusals.add(remote.name() + ": " + e.what());
      }
    }
    throw new HandoffException(
        Kind.UNREACHABLE,
        "no remote would take the offer: " + String.join("; ", refusals),
        "try again when one answers; if it refuses, an account set up earlier may lack the folder:"
            + " there, as root, install -d -o USER -g USER -m 700 FOLDER/NODE/handoff for each"
            + " node; or carry the offer by hand: --offline");
  }
}
