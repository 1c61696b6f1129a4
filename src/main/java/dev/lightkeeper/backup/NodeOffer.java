package dev.lightkeeper.backup;

import dev.lightkeeper.backup.BackupException.Kind;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.ChannelDatabases;
import dev.lightkeeper.handoff.Guard;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.OfferDraft;
import dev.lightkeeper.handoff.OfferTrial;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.handoff.Register;
import dev.lightkeeper.handoff.Release;
import dev.lightkeeper.node.FoundNode;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeFinder;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The offer of a migration's nodes: looked into before anything is stopped, made once the archive
 * is sealed and verified, and taken back if it does not come about.
 */
final class NodeOffer {
  private final BackupOrder order;
  private final OfferOrder offer;
  private final List<Node> nodes;
  private final OfferDraft draft = OfferDraft.make();

  private NodeOffer(BackupOrder order, List<Node> nodes) {
    this.order = order;
    this.offer = order.offer();
    this.nodes = List.copyOf(nodes);
  }

  /**
   * The offer of every node that is archived.
   *
   * @param archived the folders of the volumes that are
   * @param watcher told of remotes that would not take it, if another would
   * @throws BackupException REFUSED if a node cannot be handed off, no guard runs, or there is
   *     nobody to hold the offer
   * @throws HandoffException UNREACHABLE if no remote would take it
   */
  static NodeOffer of(BackupOrder order, List<Path> archived, BackupWatcher watcher)
      throws BackupException, HandoffException, IOException, InterruptedException {
    OtherNodes.insistNone(archived);
    List<Node> nodes = new ArrayList<>();
    for (Node node : order.nodes()) {
      if (within(archived, node.file())) {
        insistOnDatabase(node);
        nodes.add(node);
      }
    }
    for (FoundNode found : NodeFinder.find(archived).nodes()) {
      insistConfigured(found.node(), nodes);
    }
    if (!nodes.isEmpty()) {
      insistOnHolders(order.offer());
      insistOnGuard(order.state());
      if (!order.offer().byHand()) {
        OfferTrial.run(order.offer().remotes(), nodes)
            .forEach(why -> watcher.note("The offer would not be taken by " + why));
      }
    }
    return new NodeOffer(order, nodes);
  }

  /** Nothing is archived of a host whose nodes may run elsewhere. */
  static void insistNothingAway(Path state) throws BackupException, HandoffException {
    if (Register.standing(state) != Register.Here.NONE) {
      throw new BackupException(
          Kind.REFUSED,
          "the nodes of this host are locked: they were handed off to another one",
          "see lightkeeper handoff list; if they did not move, take the handoff back first:"
              + " lightkeeper handoff release",
          null);
    }
  }

  private static boolean within(List<Path> archived, Path file) {
    Path folder = real(file.toAbsolutePath().getParent());
    return archived.stream().map(NodeOffer::real).anyMatch(folder::startsWith);
  }

  private static Path real(@Nullable Path path) {
    Path there = path == null ? Path.of("/") : path;
    try {
      return there.toRealPath();
    } catch (IOException e) {
      return there.normalize(); // not there yet
    }
  }

  private static void insistOnDatabase(Node node) throws BackupException, IOException {
    if (node.kind() == NodeKind.FILE || ChannelDatabases.of(node).isEmpty()) {
      throw new BackupException(
          Kind.REFUSED,
          node.kind() == NodeKind.FILE
              ? "%s is of kind file: where it keeps its channels is not known"
                  .formatted(node.name())
              : "no channel database of %s is in %s"
                  .formatted(node.name(), ChannelDatabases.folder(node)),
          "such a node cannot be migrated by Lightkeeper: close its channels first, or take it out"
              + " of the configuration if it has none",
          null);
    }
  }

  private static void insistConfigured(Node found, List<Node> nodes)
      throws BackupException, IOException {
    List<Path> databases = ChannelDatabases.of(found);
    boolean known =
        nodes.stream()
            .anyMatch(n -> real(n.file().getParent()).equals(real(found.file().getParent())));
    if (!known && !databases.isEmpty()) {
      throw new BackupException(
          Kind.REFUSED,
          "%s is a channel database of a node that is not configured: it could not be handed off"
              .formatted(databases.getFirst()),
          "add it: [nodes.%s] with kind = \"%s\" and file = \"%s\""
              .formatted(found.name(), found.kind().id(), found.file()),
          null);
    }
  }

  private static void insistOnHolders(OfferOrder offer) throws BackupException {
    if (!offer.byHand() && offer.remotes().isEmpty()) {
      throw new BackupException(
          Kind.REFUSED,
          "no remote is configured that could hold the offer, and see that it is claimed once",
          "add a remote, which is safer; or carry it by hand: lightkeeper backup --migrate"
              + " --offline",
          null);
    }
  }

  private static void insistOnGuard(Path state) throws BackupException, IOException {
    if (!Guard.running(state)) {
      throw new BackupException(
          Kind.REFUSED,
          "no guard runs on this host: nothing would keep its nodes from starting again",
          "start it: systemctl enable --now lightkeeper-guard",
          null);
    }
  }

  /** What the manifest says of it; nothing if no node is offered. */
  Map<String, Object> facts() {
    return nodes.isEmpty()
        ? Map.of()
        : Map.of(OfferDraft.FACT, draft.facts(offer.writer(), Instant.now()));
  }

  /** To be given the archive as it is read back. */
  ArchivedDatabases databases() {
    return ArchivedDatabases.of(nodes);
  }

  /**
   * Locks the nodes and offers them.
   *
   * @param archived the channel databases in the archive
   * @return empty if there is no node: nothing has to be handed off
   * @throws HandoffException if it did not come about: then nothing is locked, or the offer is void
   */
  Optional<Offering.Made> make(
      Engine engine, Sha256 archive, ArchivedDatabases archived, BackupWatcher watcher)
      throws HandoffException, DeploymentException, InterruptedException {
    if (nodes.isEmpty()) {
      watcher.note("No Lightning node is in the archive: nothing is handed off");
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Offering(order.state(), order.host(), offer.writer(), engine, InstantSource.system())
              .make(draft, archive, archived.hashes(), nodes, offer.holders()));
    } catch (HandoffException
        | DeploymentException
        | InterruptedException
        | RuntimeException failure) {
      boolean interrupted = Thread.interrupted();
      takeBack(order.state(), order.host(), offer.holders(), watcher);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      throw failure;
    }
  }

  /** What is left of an offer that was not made whole goes; what stands is not asked for here. */
  static void takeBack(Path state, String host, List<Remote> holders, BackupWatcher watcher)
      throws InterruptedException {
    try {
      if (Register.standing(state) != Register.Here.NONE) {
        var _ = new Release(state, host, holders, Engine::open, InstantSource.system()).run(false);
      }
    } catch (HandoffException | DeploymentException e) {
      watcher.note(
          "The nodes stay locked, as their offer could not be taken back everywhere (%s): run lightkeeper handoff release before they are started"
              .formatted(e.getMessage()));
    }
  }
}
