package dev.lightkeeper.cli;

import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.handoff.Guard;
import dev.lightkeeper.handoff.GuardFile;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.NodeStop;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.SystemdNotifier;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.remote.Remote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring of {@code guard}: a round at every container that starts, and every two seconds. */
final class GuardDaemon {
  private static final Logger LOG = LoggerFactory.getLogger(GuardDaemon.class);
  private static final long EVERY_MILLIS = 2000;
  private static final int ROUNDS_BETWEEN_TELLING = 15; // a remote that is away takes a while
  private static final long TO_END_SECONDS = 40;

  private final Path state;
  private final Source source;
  private final Guard.Engines engines;
  private final SystemdNotifier systemd;
  private final AtomicBoolean telling = new AtomicBoolean();
  private final AlertBook alerts = new AlertBook(InstantSource.system());
  private final Semaphore soon = new Semaphore(0);
  private final AtomicBoolean ending = new AtomicBoolean();
  private final AtomicBoolean listening = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private List<String> problems = List.of(); // of the last round: each is said once
  private @Nullable Settings settings; // null until the configuration can be taken
  private String mistake = "";

  /**
   * What the configuration says. The locks need none of it.
   *
   * @param messenger tells of what the guard did while the watcher is down
   */
  record Settings(List<Node> nodes, List<Remote> remotes, Messenger messenger) {
    Settings {
      nodes = List.copyOf(nodes);
      remotes = List.copyOf(remotes);
    }
  }

  /** Where the settings are read, again and again until they can be. */
  interface Source {
    Settings read() throws ConfigException, CliException;
  }

  GuardDaemon(Path state, Source source, Guard.Engines engines, SystemdNotifier systemd) {
    this.state = state;
    this.source = source;
    this.engines = engines;
    this.systemd = systemd;
  }

  /**
   * Runs until {@link #stop}.
   *
   * @throws CliException if another guard runs, the state folder cannot be used, or what is locked
   *     cannot be read
   */
  void run() throws CliException, InterruptedException {
    try {
      Path locks = Files.createDirectories(Guard.lockFolder(state));
      Optional<ProcessLock> lock = ProcessLock.acquire(locks);
      if (lock.isEmpty()) {
        throw new CliException(
            ExitCode.LOCKED,
            "another `lightkeeper guard` runs with the state folder " + state,
            "look at it with `lightkeeper guard --status`");
      }
      try (ProcessLock held = lock.get()) {
        LOG.debug("holding {}", held);
        guard();
      }
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the state folder %s cannot be used: %s".formatted(state, Words.failure(e)),
          "run this as root, and free space on its disk");
    } finally {
      ended.countDown();
    }
  }

  private void guard() throws CliException, InterruptedException {
    @Nullable AutoCloseable events = null;
    boolean ready = false;
    int untilTelling = 0;
    try (Guard guard =
        new Guard(state, HostName.local(), null, engines, alerts, InstantSource.system())) {
      hold(guard);
      while (!ending.get()) {
        configure(guard);
        // Never a remote in the first round: Docker waits for this unit to be ready.
        boolean tell = ready && untilTelling-- <= 0;
        boolean owes = round(guard, tell);
        untilTelling = tell && owes ? ROUNDS_BETWEEN_TELLING : untilTelling;
        if (!ready) {
          systemd.ready();
          ready = true;
        }
        systemd.watchdog();
        if (settings != null) {
          NodeStop stop = new NodeStop(state, settings.nodes(), engines);
          stop.round().forEach(p -> LOG.error("{}", p));
        }
        if (!listening.get()) {
          close(events);
          events = listen(guard);
        }
        if (soon.tryAcquire(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
          soon.drainPermits();
        }
      }
      systemd.stopping();
      close(events);
    }
  }

  /** Before the configuration is even looked at: whatever is wrong with that, locks are held. */
  private static void hold(Guard guard) throws CliException, InterruptedException {
    try {
      var _ = guard.round(false);
    } catch (HandoffException e) {
      // Nothing is held then, and nobody may take this for a guard that is ready.
      throw new CliException(ExitCode.FAILED, e.what(), e.remedy());
    }
  }

  private void configure(Guard guard) {
    if (settings != null) {
      return;
    }
    try {
      Settings read = source.read();
      settings = read;
      guard.tellingTo(read.remotes());
      if (!mistake.isEmpty()) {
        LOG.info("the configuration can be taken now");
        mistake = "";
      }
    } catch (ConfigException | CliException e) {
      String now =
          "the configuration cannot be taken: locks are held and containers stopped, but no remote"
              + " and nobody is told: "
              + e.getMessage();
      if (!now.equals(mistake)) {
        LOG.error("{}", now);
        systemd.status(now);
        mistake = now;
      }
    }
  }

  private @Nullable AutoCloseable listen(Guard guard) {
    listening.set(true);
    AutoCloseable events = guard.listen(soon::release, () -> listening.set(false));
    if (events == null) {
      listening.set(false);
    }
    return events;
  }

  /** Whether remotes are still to be told. */
  private boolean round(Guard guard, boolean tell) throws InterruptedException {
    try {
      Guard.Round round = guard.round(tell);
      if (!mistake.isEmpty()) {
        round = round.with(mistake);
      }
      if (!round.problems().equals(problems)) {
        round.problems().forEach(p -> LOG.warn("{}", p));
        problems = round.problems();
      }
      new GuardFile(state)
          .write(
              new GuardFile.Report(
                  Instant.now(), ProcessHandle.current().pid(), round, alerts.open()));
      tell(round);
      return !round.owed().isEmpty();
    } catch (HandoffException e) {
      LOG.error("{} → {}", e.what(), e.remedy());
    } catch (IOException e) {
      LOG.warn("guard.json cannot be written: {}", e.toString());
    }
    return true;
  }

  /** Aside: a mail server that is away must not keep the guard from its rounds. */
  private void tell(Guard.Round round) {
    // After a start with a lock, that nothing is raised yet does not mean that it is over.
    boolean sure = round.offer() == null;
    Settings known = settings;
    if (known == null) {
      return;
    }
    if (telling.compareAndSet(false, true)) {
      List<OpenAlert> open = alerts.open();
      Thread.startVirtualThread(
          () -> {
            try {
              known.messenger().standing(sure ? Set.of(Alert.Kind.HANDOFF) : Set.of(), open);
            } finally {
              telling.set(false);
            }
          });
    }
  }

  private static void close(@Nullable AutoCloseable events) {
    if (events != null) {
      try {
        events.close();
      } catch (Exception e) {
        LOG.debug("closing Docker's events", e);
      }
    }
  }

  /** Asks it to end, and waits until it has. */
  void stop() {
    ending.set(true);
    soon.release();
    try {
      if (!ended.await(TO_END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the guard did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
