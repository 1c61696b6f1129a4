package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.remote.Note;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether remotes would take an offer, tried before anything is stopped for it. The note that stays
 * behind says nothing to anybody, and is the same each time: a write-once account never gets rid of
 * it.
 */
public final class OfferTrial {
  private static final Note NOTE = new Note("try-" + "0".repeat(32) + ".json", "{}\n");

  private OfferTrial() {}

  /**
   * Tries every remote.
   *
   * @param nodes those that are to be offered
   * @return the remotes that would not take the offer, each with the reason
   * @throws HandoffException of kind UNREACHABLE if none would
   */
  public static List<String> run(List<Remote> remotes, List<Node> nodes)
      throws HandoffException, InterruptedException {
    List<String> refusals = new ArrayList<>();
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        on(session, nodes);
      } catch (RemoteException e) {
        refusals.add(remote.name() + ": " + e.what());
      }
    }
    if (refusals.size() == remotes.size()) {
      throw new HandoffException(
          Kind.UNREACHABLE,
          "no remote would take the offer: " + String.join("; ", refusals),
          "nothing was stopped; make the folder handoff in each node's folder there, owned by the"
              + " account and writable for it (mode 700), and see that the remote answers; or add"
              + " --offline to carry the offer by hand");
    }
    return refusals;
  }

  /** Tries one; one that failed is none that can be asked to decide who claims an offer. */
  static void on(RemoteSession session, List<Node> nodes) throws RemoteException {
    for (Node node : nodes) {
      // Something else of that name, such as a torn one, was put there all the same.
      var _ = session.keepOnce(node.name(), NOTE);
    }
  }
}
