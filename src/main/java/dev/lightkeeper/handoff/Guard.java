package dev.lightkeeper.handoff;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.handoff.LockJournal.LockedContainer;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.remote.Remote;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps locked nodes from running: holds the locks their databases respect, stops what starts
 * anyway, and makes the offer void once a node ran. It does one round at a time, for one thread;
 * what fails is said in the report and tried again in the next round.
 */
public final class Guard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
  // A locked node waits for its database and has nothing to save; one that got in must go at once.
  private static final Duration TO_STOP = Duration.ofSeconds(10);
  // What the Engine says of a container that never ran.
  private static final String NEVER = "0001-01-01T00:00:00Z";

  private final LockFile<LockJournal> file;
  private final Engines engines;
  private final String host;
  private final AlertBook alerts;
  private final InstantSource clock;
  private final LockedDatabases held = new LockedDatabases();
  private VoidNotice notice;
  private @Nullable Engine engine;

  /** Where a connection to Docker comes from. */
  public interface Engines {
    /** A new one. */
    Engine open() throws DeploymentException;
  }

  /**
   * What a round found.
   *
   * @param offer the id of the offer; null if nothing is locked
   * @param holding databases whose locks are held
   * @param stopped containers that had been started, and were stopped
   * @param voided why the offer is void; null while it is open
   * @param owed remotes that do not know that yet
   * @param problems what could not be done
   */
  public record Round(
      @Nullable String offer,
      List<String> holding,
      List<String> stopped,
      @Nullable String voided,
      List<String> owed,
      List<String> problems) {
    public Round {
      holding = List.copyOf(holding);
      stopped = List.copyOf(stopped);
      owed = List.copyOf(owed);
      problems = List.copyOf(problems);
    }

    /** The same, with one more problem. */
    public Round with(String problem) {
      List<String> all = new ArrayList<>(problems);
      all.addFirst(problem);
      return new Round(offer, holding, stopped, voided, owed, all);
    }
  }

  /**
   * A guard of the nodes that {@code locked.json} in {@code state} names, as it changes.
   *
   * @param host this host's name
   * @param remotes all that are to know of a void offer; null while nobody can say which there are
   */
  public Guard(
      Path state,
      String host,
      @Nullable List<Remote> remotes,
      Engines engines,
      AlertBook alerts,
      InstantSource clock) {
    this.file = LockFile.journal(state);
    this.engines = engines;
    this.host = host;
    this.notice = new VoidNotice(host, remotes);
    this.alerts = alerts;
    this.clock = clock;
  }

  /** All remotes that are to know of a void offer, now that they are known. */
  public void tellingTo(List<Remote> remotes) {
    notice = new VoidNotice(host, remotes);
  }

  /**
   * The folder of the lock that a running guard holds ({@link ProcessLock}): without one, locked
   * nodes are kept from running by their restart policies alone.
   */
  public static Path lockFolder(Path state) {
    return state.resolve("guard");
  }

  /** Whether a guard runs: to be insisted on before anything is offered. */
  public static boolean running(Path state) throws IOException {
    return ProcessLock.holder(lockFolder(state)).isPresent();
  }

  /**
   * One round: locks first, then Docker, then the remotes.
   *
   * @throws HandoffException of kind STATE if the journal cannot be read: what was held stays held
   */
  public Round round() throws HandoffException, InterruptedException {
    return round(true);
  }

  /**
   * The same.
   *
   * @param tell whether remotes are told what they are owed; a round without it never waits for one
   */
  public Round round(boolean tell) throws HandoffException, InterruptedException {
    LockJournal journal = file.read().orElse(null);
    if (journal == null) {
      return unlocked();
    }
    List<String> problems = new ArrayList<>();
    List<String> stopped = new ArrayList<>();
    lock(journal, problems);
    @Nullable String evidence = stopContainers(journal, stopped, problems);
    if (evidence == null) {
      evidence = changed(journal, problems);
    }
    journal = remember(journal, evidence);
    List<String> owed = tell ? notice.tell(journal, problems) : journal.owed();
    if (!owed.equals(journal.owed())) {
      journal = journal.owing(owed);
      rewrite(journal);
    }
    alert(journal, stopped);
    LockJournal.VoidMark mark = journal.voided();
    return new Round(
        id(journal),
        held.held().stream().map(Path::toString).toList(),
        stopped,
        mark == null ? null : mark.reason(),
        owed,
        problems);
  }

  private Round unlocked() {
    try {
      held.close();
    } catch (IOException e) {
      LOG.warn("a lock cannot be let go: {}", e.toString());
    }
    alerts.clear(new Alert.Key(Alert.Kind.HANDOFF, Optional.empty(), Optional.empty()));
    return new Round(null, List.of(), List.of(), null, List.of(), List.of());
  }

  private void lock(LockJournal journal, List<String> problems) {
    for (LockJournal.LockedNode node : journal.nodes()) {
      for (String database : node.databases().keySet()) {
        Path path = Path.of(database);
        if (!ChannelDatabases.lockable(path)) {
          continue;
        }
        try {
          if (!held.take(path)) {
            problems.add(database + " is open elsewhere: its lock cannot be taken yet");
          }
        } catch (IOException e) {
          problems.add(String.valueOf(e.getMessage()));
        }
      }
    }
  }

  /** Stops what runs; returns what shows that a node ran since it was locked. */
  private @Nullable String stopContainers(
      LockJournal journal, List<String> stopped, List<String> problems) {
    @Nullable String evidence = null;
    try {
      Engine connected = engine();
      NodeContainers nodes =
          new NodeContainers(connected, Offering.folders(LockedNodes.nodes(journal)));
      for (HostContainer container : nodes.find()) {
        if (ranSince(journal, container) && evidence == null) {
          evidence =
              "container %s was started at %s".formatted(container.name(), container.startedAt());
        }
        NodeContainers.drop(connected, container);
        if (container.state().canWrite() || container.state() == HostContainer.State.PAUSED) {
          connected.stop(container.id(), TO_STOP);
          stopped.add(container.name());
          LOG.error(
              "stopped container {}: its node was handed off (offer {}), and running it here again"
                  + " could lose the funds in its channels. lightkeeper handoff release takes the"
                  + " handoff back",
              container.name(),
              id(journal));
        }
      }
    } catch (DeploymentException e) {
      disconnect();
      problems.add(e.what());
    }
    return evidence;
  }

  private static boolean ranSince(LockJournal journal, HostContainer container) {
    String before =
        journal.containers().stream()
            .filter(c -> c.id().equals(container.id()))
            .map(LockedContainer::startedAt)
            .findFirst()
            .orElse(NEVER);
    String now = container.startedAt();
    return !now.isEmpty() && !now.equals(NEVER) && !now.equals(before);
  }

  private static @Nullable String changed(LockJournal journal, List<String> problems) {
    try {
      return LockedNodes.changed(journal).orElse(null);
    } catch (IOException e) {
      problems.add("cannot look at the nodes' files: " + e);
      return null;
    }
  }

  /** Void here first: a guard that is killed now goes on telling the remotes at its next start. */
  private LockJournal remember(LockJournal journal, @Nullable String evidence)
      throws HandoffException {
    if (evidence == null || journal.voided() != null) {
      return journal;
    }
    LockJournal voided =
        journal.voided("the source ran again: " + evidence, clock.instant(), notice.remotes());
    rewrite(voided);
    LOG.error("the offer {} is void: {}", id(journal), evidence);
    return voided;
  }

  /** Unless it was released meanwhile. */
  private void rewrite(LockJournal journal) throws HandoffException {
    LockJournal now = file.read().orElse(null);
    if (now != null && now.offer().equals(journal.offer())) {
      file.write(journal);
    }
  }

  private void alert(LockJournal journal, List<String> stopped) {
    LockJournal.VoidMark mark = journal.voided();
    if (mark != null || !stopped.isEmpty()) {
      alerts.raise(
          new Alert(
              Alert.Kind.HANDOFF,
              null,
              null,
              "a node that was handed off ran here again%s. Its offer %s is void: no restore of that archive will be let through. Take the handoff back (lightkeeper handoff release) and make a new one"
                  .formatted(mark == null ? "" : " (" + mark.reason() + ")", id(journal))));
    }
  }

  static String id(LockJournal journal) {
    try {
      return HandoffNotes.offer(journal.offer()).id().abbreviated();
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Runs {@code soon} when a container starts, until closed; null where Docker is not up. */
  public @Nullable AutoCloseable listen(Runnable soon, Runnable ended) {
    try {
      return engine().onStart(_ -> soon.run(), ended);
    } catch (DeploymentException | RuntimeException e) {
      disconnect();
      return null;
    }
  }

  private Engine engine() throws DeploymentException {
    Engine connected = engine;
    if (connected == null) {
      connected = engines.open();
      engine = connected;
    }
    return connected;
  }

  private void disconnect() {
    Engine broken = engine;
    engine = null;
    if (broken != null) {
      try {
        broken.close();
      } catch (DeploymentException e) {
        LOG.debug("closing a broken connection", e);
      }
    }
  }

  /** Lets go of everything: nodes could open their databases again. */
  @Override
  public void close() {
    disconnect();
    try {
      held.close();
    } catch (IOException e) {
      LOG.warn("a lock cannot be let go: {}", e.toString());
    }
  }
}
