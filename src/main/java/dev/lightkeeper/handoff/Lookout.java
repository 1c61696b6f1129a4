package dev.lightkeeper.handoff;

import dev.lightkeeper.handoff.Sighting.NodeSeen;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Asks remotes what they know. */
final class Lookout {
  private Lookout() {}

  /** What each remote says now, of every node that has a folder there. */
  static List<Sighting> ask(List<Remote> remotes) throws InterruptedException {
    List<Sighting> sightings = new ArrayList<>();
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        sightings.add(ask(remote.name(), session));
      } catch (RemoteException e) {
        sightings.add(new Sighting.Unreached(remote.name(), e.what()));
      }
    }
    return sightings;
  }

  private static Sighting ask(String remote, RemoteSession session) throws RemoteException {
    Map<NodeName, NodeSeen> nodes = new LinkedHashMap<>();
    for (NodeName node : session.nodes()) {
      List<HandoffEvent> events =
          session.notes(node).stream()
              .flatMap(note -> HandoffNotes.read(node, note).stream())
              .toList();
      nodes.put(node, new NodeSeen(events, session.versions(node), session.writers(node)));
    }
    return new Sighting.Seen(remote, nodes);
  }
}
