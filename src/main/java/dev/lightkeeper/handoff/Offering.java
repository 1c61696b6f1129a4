package dev.lightkeeper.handoff;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.HandoffException.Kind;
import dev.lightkeeper.handoff.LockJournal.LockedNode;
import dev.lightkeeper.handoff.LockJournal.Stamp;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes an offer on the source, once its nodes have stopped and its archive is sealed. The nodes
 * are locked first, and offered then: nothing is offered that could still change.
 *
 * @param state the state folder
 * @param host this host's name
 * @param writer this installation's id
 * @param engine null where nodes do not run in containers
 */
public record Offering(
    Path state, String host, String writer, @Nullable Engine engine, InstantSource clock) {
  private static final int PATIENCE = 20; // seconds

  /**
   * An offer that was made.
   *
   * @param remotes those that hold it
   * @param missed those that did not take it, and why: they need not be asked by the destination
   */
  public record Made(Handoff offer, List<String> remotes, List<String> missed) {
    public Made {
      remotes = List.copyOf(remotes);
      missed = List.copyOf(missed);
    }
  }

  /**
   * Locks {@code nodes} and offers them on every remote.
   *
   * @param archive the sealed file's hash
   * @param archived the hash of every channel database file in it, by the absolute path it has here
   * @param remotes none for an offer that is carried by hand
   * @throws HandoffException of kind LOCKED if an earlier offer stands; NODE if a node has no
   *     channel database that is known, or it is open, or is not what was archived; UNREACHABLE if
   *     no remote took the offer: then nothing is locked
   * @throws DeploymentException if a restart policy cannot be changed
   */
  public Made make(
      OfferDraft draft,
      Sha256 archive,
      Map<String, Sha256> archived,
      List<Node> nodes,
      List<Remote> remotes)
      throws HandoffException, DeploymentException, InterruptedException {
    LockFile<LockJournal> file = LockFile.journal(state);
    if (file.read().isPresent()) {
      throw new HandoffException(
          Kind.LOCKED,
          "the nodes of this host are locked by an earlier handoff",
          "see lightkeeper handoff list; lightkeeper handoff release takes it back");
    }
    try (LockedDatabases held = new LockedDatabases()) {
      List<LockedNode> stamps = new ArrayList<>();
      for (Node node : nodes) {
        stamps.add(lock(node, held));
      }
      insistAsArchived(stamps, archived);
      Handoff offline =
          draft.offer(
              archive, offered(nodes, stamps, Map.of()), host, writer, clock.instant(), null);
      file.write(journal(draft, offline, stamps));
      if (engine != null) {
        new NodeContainers(engine, folders(nodes)).dropRestartPolicies();
      }
      Made made =
          remotes.isEmpty()
              ? new Made(offline, List.of(), List.of())
              : offer(draft, archive, nodes, stamps, remotes, file);
      file.write(file.read().orElseThrow().madeAt(clock.instant()));
      return made;
    } catch (IOException e) {
      throw new HandoffException(
          Kind.NODE,
          "a channel database cannot be locked: " + e.getMessage(),
          "run this as root, and see that its file is there",
          e);
    }
  }

  private LockedNode lock(Node node, LockedDatabases held) throws IOException, HandoffException {
    List<Path> databases = ChannelDatabases.of(node);
    if (databases.isEmpty()) {
      throw new HandoffException(
          Kind.NODE,
          "no channel database of %s is known in %s: it cannot be handed off"
              .formatted(node.name(), ChannelDatabases.folder(node)),
          "check `file` of this node in the configuration; a node that keeps its channels in"
              + " another database cannot be migrated by Lightkeeper");
    }
    Map<String, Stamp> stamps = new HashMap<>();
    for (Path database : databases) {
      if (ChannelDatabases.lockable(database) && !held.take(database)) {
        throw new HandoffException(
            Kind.NODE,
            database + " is in use: " + node.name() + " still runs",
            "stop it, and make the archive again: what it wrote since is not in it");
      }
      stamps.put(database.toString(), stamp(FileHash.of(database).orElseThrow()));
    }
    return new LockedNode(
        node.name().value(),
        node.kind().id(),
        node.file().toString(),
        FileHash.of(node.file()).map(Offering::stamp).orElse(null),
        stamps);
  }

  /** A node that ran between its archive and its lock left newer channels than are archived. */
  private static void insistAsArchived(List<LockedNode> nodes, Map<String, Sha256> archived)
      throws HandoffException {
    Map<String, String> now = new TreeMap<>();
    for (LockedNode node : nodes) {
      node.databases().forEach((path, stamp) -> now.put(path, stamp.sha256()));
    }
    for (Map.Entry<String, String> file : now.entrySet()) {
      Sha256 then = archived.get(file.getKey());
      if (then == null) {
        throw notAsArchived(file.getKey() + " is not in the archive");
      }
      if (!then.hex().equals(file.getValue())) {
        throw notAsArchived(file.getKey() + " changed since it was archived");
      }
    }
    for (String path : new TreeSet<>(archived.keySet())) {
      if (!now.containsKey(path)) {
        throw notAsArchived(path + " is gone since it was archived");
      }
    }
  }

  private static HandoffException notAsArchived(String what) {
    return new HandoffException(
        Kind.NODE,
        what,
        "make the archive again (lightkeeper backup --migrate), and start no node meanwhile: this"
            + " archive must never go live");
  }

  static Stamp stamp(FileHash hash) {
    return new Stamp(hash.size(), hash.modified(), hash.hash().hex());
  }

  static List<Path> folders(List<Node> nodes) {
    return nodes.stream().map(ChannelDatabases::folder).toList();
  }

  private LockJournal journal(OfferDraft draft, Handoff offer, List<LockedNode> stamps)
      throws DeploymentException {
    return new LockJournal(
        LockJournal.VERSION,
        HandoffNotes.text(offer),
        draft.secret(),
        offer.at(),
        stamps,
        engine == null
            ? List.of()
            : new NodeContainers(
                    engine,
                    stamps.stream().map(LockedNodes::node).map(ChannelDatabases::folder).toList())
                .describe(),
        null,
        List.of(),
        null,
        null);
  }

  private Made offer(
      OfferDraft draft,
      Sha256 archive,
      List<Node> nodes,
      List<LockedNode> stamps,
      List<Remote> remotes,
      LockFile<LockJournal> file)
      throws HandoffException, DeploymentException, InterruptedException {
    List<String> missed = new ArrayList<>();
    Map<Remote, RemoteSession> sessions = new HashMap<>();
    try {
      Map<String, Long> sequences = new HashMap<>();
      List<Remote> reached = new ArrayList<>();
      for (Remote remote : remotes) {
        try {
          RemoteSession session = remote.connect();
          sessions.put(remote, session);
          OfferTrial.on(session, nodes);
          for (Node node : nodes) {
            sequences.merge(node.name().value(), publishLast(session, node), Math::max);
          }
          reached.add(remote);
        } catch (RemoteException e) {
          missed.add(remote.name() + ": " + e.what());
        }
      }
      @Nullable String decider = reached.isEmpty() ? null : reached.getFirst().location();
      Handoff offer =
          draft.offer(
              archive, offered(nodes, stamps, sequences), host, writer, clock.instant(), decider);
      if (decider != null) {
        // The containers in it are as they were before their restart policies were dropped.
        file.write(file.read().orElseThrow().offering(HandoffNotes.text(offer)));
      }
      List<String> holding = new ArrayList<>();
      for (Remote remote : reached) {
        boolean decides = remote.equals(reached.getFirst());
        try {
          keep(sessions.get(remote), offer, decides);
          holding.add(remote.name());
        } catch (RemoteException e) {
          missed.add(remote.name() + ": " + e.what());
          if (decides) {
            break; // without the one that decides no offer stands
          }
        }
      }
      if (holding.isEmpty()) {
        throw nobodyTook(file, reached, missed);
      }
      return new Made(offer, holding, missed);
    } finally {
      sessions.values().forEach(RemoteSession::close);
    }
  }

  /** Where one was asked to take the offer, a part of it may be there: it has to be void first. */
  private HandoffException nobodyTook(
      LockFile<LockJournal> file, List<Remote> asked, List<String> missed)
      throws HandoffException, DeploymentException {
    LockJournal journal = file.read().orElseThrow();
    String what = "no remote took the offer: " + String.join("; ", missed);
    if (!asked.isEmpty()) {
      file.write(
          journal.voided(
              "it could not be made whole",
              clock.instant(),
              asked.stream().map(Remote::name).toList()));
      return new HandoffException(
          Kind.UNREACHABLE,
          what,
          "the nodes stay locked until it is void there: run lightkeeper handoff release, then"
              + " this again");
    }
    if (engine != null) {
      NodeContainers.restore(engine, journal.containers());
    }
    file.delete();
    return new HandoffException(
        Kind.UNREACHABLE, what, "try again when one answers, or add --offline to carry it by hand");
  }

  private static void keep(@Nullable RemoteSession session, Handoff offer, boolean decides)
      throws RemoteException {
    if (session == null) {
      throw new IllegalStateException("not connected");
    }
    for (OfferedNode node : offer.nodes()) {
      if (!session.keepOnce(
          node.name(), HandoffNotes.write(new HandoffEvent.Offer(offer, decides)))) {
        throw new RemoteException(
            RemoteException.Kind.FAILED,
            "it holds another offer " + offer.id(),
            "look into the folder handoff of " + node.name(),
            null);
      }
    }
  }

  /**
   * Sees to it that the last channel backup is the newest there, so that any other is a sign.
   *
   * @return its sequence there; 0 if the node has none
   */
  private long publishLast(RemoteSession session, Node node)
      throws RemoteException, HandoffException, InterruptedException {
    session.prepare(node.name());
    List<Version> versions = session.versions(node.name());
    try {
      ChannelBackup last = ChannelBackup.of(Files.readAllBytes(node.file()));
      // A daemon that runs publishes it in a moment, and would take ours for another writer's.
      for (int i = 0; i < PATIENCE && behind(versions, last) && streaming(); i++) {
        Thread.sleep(1000);
        versions = session.versions(node.name());
      }
      if (!behind(versions, last)) {
        return versions.getLast().sequence();
      }
      long sequence =
          1
              + versions.stream()
                  .mapToLong(Version::sequence)
                  .filter(s -> s <= Version.MOST_FROM_OTHERS)
                  .max()
                  .orElse(0);
      session.publish(node.name(), new Version(sequence, clock.instant(), last.hash()), last);
      return sequence;
    } catch (NoSuchFileException e) {
      return versions.isEmpty() ? 0 : versions.getLast().sequence();
    } catch (IOException e) {
      throw new HandoffException(
          Kind.NODE, "cannot read " + node.file() + ": " + e, "run this as root", e);
    }
  }

  private static boolean behind(List<Version> versions, ChannelBackup last) {
    return versions.isEmpty() || !versions.getLast().hash().equals(last.hash());
  }

  private boolean streaming() throws IOException {
    return ProcessLock.holder(state).isPresent();
  }

  private static List<OfferedNode> offered(
      List<Node> nodes, List<LockedNode> stamps, Map<String, Long> sequences) {
    List<OfferedNode> offered = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Map<String, Sha256> databases = new HashMap<>();
      stamps.get(i).databases().forEach((p, s) -> databases.put(p, new Sha256(s.sha256())));
      Stamp backup = stamps.get(i).backup();
      offered.add(
          new OfferedNode(
              nodes.get(i).name(),
              nodes.get(i).kind(),
              databases,
              backup == null ? null : new Sha256(backup.sha256()),
              sequences.getOrDefault(nodes.get(i).name().value(), 0L)));
    }
    return offered;
  }
}
