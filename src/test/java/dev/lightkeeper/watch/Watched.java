package dev.lightkeeper.watch;

import static org.awaitility.Awaitility.await;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Observation;
import dev.lightkeeper.node.Sha256;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A running watcher and what it told. */
final class Watched implements AutoCloseable {
  /** So long that a test which passes within its patience saw an event, not a poll. */
  static final Duration NEVER = Duration.ofHours(1);

  private final List<Observation> told = new CopyOnWriteArrayList<>();
  private final NodeWatcher watcher;

  Watched(Duration poll, Events events, Path... files) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < files.length; i++) {
      nodes.add(new Node(new NodeName("n" + i), NodeKind.LND, files[i]));
    }
    watcher = NodeWatcher.start(nodes, poll, InstantSource.system(), told::add, events);
  }

  /** By events alone: polls never come. Returns when every node was observed once. */
  static Watched byEvents(Path... files) {
    Watched watched = new Watched(NEVER, Events.ON, files);
    await().until(() -> watched.told.size() >= files.length);
    return watched;
  }

  /** Events, and a poll every 50 ms. */
  static Watched byBoth(Path... files) {
    Watched watched = new Watched(Duration.ofMillis(50), Events.ON, files);
    await().until(() -> watched.told.size() >= files.length);
    return watched;
  }

  List<Observation> told() {
    return List.copyOf(told);
  }

  List<Observation> told(int node) {
    return told.stream().filter(o -> o.node().value().equals("n" + node)).toList();
  }

  NodeWatcher watcher() {
    return watcher;
  }

  void awaitContent(byte[] content) {
    awaitContent(0, content);
  }

  /** Until the node's newest observation is this content. */
  void awaitContent(int node, byte[] content) {
    Sha256 hash = Sha256.of(content);
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(
            () ->
                told(node).getLast() instanceof Observation.Captured c
                    && c.backup().hash().equals(hash));
  }

  /** Until the newest observation is of this kind. */
  void awaitLast(Class<? extends Observation> kind) {
    await().pollInterval(Duration.ofMillis(2)).until(() -> kind.isInstance(told.getLast()));
  }

  @Override
  public void close() {
    watcher.close();
  }
}
