package dev.lightkeeper.cli;

import dev.lightkeeper.handoff.Guard;
import dev.lightkeeper.handoff.HandoffEvent;
import dev.lightkeeper.handoff.NotesOfNodes;
import dev.lightkeeper.handoff.SplitBrain;
import dev.lightkeeper.handoff.SplitBrain.Measure;
import dev.lightkeeper.handoff.StopOrders;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a node which runs elsewhere as well is told of, and stopped where that is wished.
 * The watcher may not speak to Docker: it gives the order, and the guard carries it out.
 */
final class SplitBrainCare implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SplitBrainCare.class);
  private static final Duration FIRST = Duration.ofSeconds(3);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int ROUNDS_BETWEEN_ASKING =
      30; // remotes: a login costs more than all else at rest

  private final Map<NodeName, SplitBrain.Wish> wishes;
  private final List<Node> nodes;
  private final List<Remote> remotes;
  private final Path state;
  private final String self;
  private final AlertBook alerts;
  private final StopOrders orders;
  private final Map<NodeName, List<HandoffEvent>> notes = new HashMap<>();
  private final Set<NodeName> quiet = new HashSet<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param nodes those that run here, as far as is known
   * @param wishes what the configuration says of each
   * @param self this installation's id
   */
  SplitBrainCare(
      List<Node> nodes,
      Map<NodeName, SplitBrain.Wish> wishes,
      List<Remote> remotes,
      Path state,
      String self,
      AlertBook alerts) {
    this.nodes = List.copyOf(nodes);
    this.wishes = Map.copyOf(wishes);
    this.remotes = List.copyOf(remotes);
    this.state = state;
    this.self = self;
    this.alerts = alerts;
    this.orders = new StopOrders(state);
  }

  SplitBrainCare start() {
    Thread.ofVirtual().name("split-brain-care").start(this::run);
    return this;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      Duration wait = FIRST;
      for (int round = 0; !closed.await(wait.toMillis(), TimeUnit.MILLISECONDS); round++) {
        if (round % ROUNDS_BETWEEN_ASKING == 0) {
          ask();
        }
        List<StatusReport.OpenAlert> open = alerts.open();
        for (Node node : nodes) {
          look(node.name(), open);
        }
        wait = EVERY;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() throws InterruptedException {
    NotesOfNodes.of(nodes.stream().map(Node::name).toList(), remotes)
        .forEach(
            (node, found) -> {
              if (!found.isEmpty()) {
                notes.put(node, found); // none may mean that no remote answered
              }
            });
  }

  private void look(NodeName node, List<StatusReport.OpenAlert> open) {
    List<HandoffEvent> events = notes.getOrDefault(node, List.of());
    Measure measure =
        new SplitBrain(
                wishes.getOrDefault(node, SplitBrain.Wish.DEFAULT),
                self,
                NotesOfNodes.takenOver(events, self))
            .decide(stranger(node, open), events);
    if (measure instanceof Measure.Nothing && quiet.contains(node)) {
      return; // as it was: nothing to withdraw, and nothing to do for a daemon at rest
    }
    try {
      quiet.remove(node);
      act(node, measure);
      if (measure instanceof Measure.Nothing) {
        quiet.add(node);
      }
    } catch (IOException e) {
      LOG.error("the guard cannot be told about {}: {}", node, e.toString());
    }
  }

  /** What the stream saw of another writer; it forgets that after a while. */
  private static @Nullable String stranger(NodeName node, List<StatusReport.OpenAlert> open) {
    return open.stream()
        .filter(a -> a.kind().equals(Alert.Kind.ANOTHER_WRITER.id()))
        .filter(a -> node.value().equals(a.node()) && a.remote() != null)
        .map(StatusReport.OpenAlert::message)
        .findFirst()
        .orElse(null);
  }

  private void act(NodeName node, Measure measure) throws IOException {
    switch (measure) {
      case Measure.Nothing _ -> {
        orders.withdraw(node);
        alerts.clear(alert(node, "").key());
      }
      case Measure.Alarm(var evidence) -> {
        orders.withdraw(node);
        alerts.raise(alert(node, evidence + ". Two live copies lose funds: stop one of them now"));
      }
      case Measure.Stop(var evidence) -> {
        orders.give(node, evidence);
        alerts.raise(
            alert(
                node,
                evidence
                    + (Guard.running(state)
                        ? ". The guard stops it here; if it is to run here, write guard = \"alert\""
                            + " in its section and restart lightkeeper"
                        : ". No guard runs here that could stop it: stop it yourself, and start"
                            + " one: systemctl enable --now lightkeeper-guard")));
      }
    }
  }

  private static Alert alert(NodeName node, String evidence) {
    return new Alert(
        Alert.Kind.ANOTHER_WRITER, node.value(), null, node + " runs elsewhere: " + evidence);
  }
}
