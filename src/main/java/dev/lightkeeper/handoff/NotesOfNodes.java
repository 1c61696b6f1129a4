package dev.lightkeeper.handoff;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What remotes know of nodes' handoffs. */
public final class NotesOfNodes {
  private static final Logger LOG = LoggerFactory.getLogger(NotesOfNodes.class);

  private NotesOfNodes() {}

  /** The notes of each node on every remote that answers, over one connection to each. */
  public static Map<NodeName, List<HandoffEvent>> of(
      Collection<NodeName> nodes, Collection<Remote> remotes) throws InterruptedException {
    Map<NodeName, List<HandoffEvent>> events = new HashMap<>();
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        for (NodeName node : nodes) {
          List<HandoffEvent> known = events.computeIfAbsent(node, n -> new ArrayList<>());
          session.notes(node).forEach(note -> HandoffNotes.read(node, note).ifPresent(known::add));
        }
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
