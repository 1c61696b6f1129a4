package dev.lightkeeper.handoff;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What remotes know of nodes' handoffs. */
public final class NotesOfNodes {
  private static final Logger LOG = LoggerFactory.getLogger(NotesOfNodes.class);

  private NotesOfNodes() {}

  /** The notes of one node on every remote that answers. */
  public static List<HandoffEvent> of(NodeName node, Collection<Remote> remotes)
      throws InterruptedException {
    List<HandoffEvent> events = new ArrayList<>();
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        session.notes(node).forEach(note -> HandoffNotes.read(node, note).ifPresent(events::add));
      } catch (RemoteException e) {
        // The stream raises an alert about a remote that is away; another may know the same.
        LOG.debug("{} does not answer", remote.name(), e);
      }
    }
    return events;
  }

  /** Whether {@code installation} took the node over from another host. */
  public static boolean takenOver(List<HandoffEvent> events, String installation) {
    return events.stream()
        .anyMatch(
            e ->
                e instanceof HandoffEvent.Claimed(_, var claimant, _)
                    && claimant != null
                    && claimant.installation().equals(installation));
  }
}
