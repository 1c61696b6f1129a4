package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.Register;
import dev.lightkeeper.handoff.SplitBrain;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.health.StatusFile;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.SystemdNotifier;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.page.PageServer;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.stream.AlertSink;
import dev.lightkeeper.stream.BackupOpener;
import dev.lightkeeper.stream.StateFolder;
import dev.lightkeeper.stream.StreamReport;
import dev.lightkeeper.stream.StreamSettings;
import dev.lightkeeper.stream.Streamer;
import dev.lightkeeper.stream.WriterIdentity;
import dev.lightkeeper.watch.NodeWatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring of {@code watch}: files are watched, versions streamed, and the status kept. */
final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration EVERY_AT_REST = Duration.ofSeconds(5);
  private static final Duration REST = Duration.ofSeconds(30); // without a change
  private static final Duration WRITE_AT_LEAST_EVERY = Duration.ofMinutes(1);

  private static final long LAST_LOOK_MILLIS = 150;

  private final List<Node> nodes;
  private final List<Remote> remotes;
  private final Path state;
  private final Config config;
  private final Config.WatchSection settings;
  private final Map<NodeName, SplitBrain.Wish> wishes;
  private final SystemdNotifier systemd;
  private final BackupOpener opener;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Instant startedAt = Instant.now();

  Daemon(
      List<Node> nodes,
      List<Remote> remotes,
      Config config,
      SystemdNotifier systemd,
      BackupOpener opener) {
    this.nodes = List.copyOf(nodes);
    this.remotes = List.copyOf(remotes);
    this.state = config.state();
    this.settings = config.watch();
    this.config = config;
    this.wishes = Nodes.wishes(config);
    this.systemd = systemd;
    this.opener = opener;
  }

  /**
   * Runs until {@link #stop}.
   *
   * @throws CliException if the state folder cannot be used, or another daemon uses it
   */
  void run() throws CliException, InterruptedException {
    try {
      StateFolder folder = open();
      Optional<ProcessLock> lock = ProcessLock.acquire(state);
      if (lock.isEmpty()) {
        throw new CliException(
            ExitCode.LOCKED,
            "another `lightkeeper watch` runs with the state folder " + state,
            "look at it with `lightkeeper status`, or stop it first");
      }
      try (ProcessLock held = lock.get()) {
        LOG.debug("holding {}", held);
        do {
          stream(folder);
        } while (stop.getCount() > 0); // what is handed off changed
      }
    } catch (IOException e) {
      throw unusable(e);
    } finally {
      stopped.countDown();
    }
  }

  private StateFolder open() throws CliException {
    try {
      return StateFolder.open(state);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private CliException unusable(IOException e) {
    return new CliException(
        ExitCode.FAILED,
        "the state folder %s cannot be used: %s".formatted(state, Words.failure(e)),
        "make it writable for this user, free space on its disk, or set `state` in the"
            + " configuration");
  }

  private void stream(StateFolder folder) throws IOException, InterruptedException {
    AlertBook alerts = new AlertBook(InstantSource.system());
    Set<NodeName> away = away(Set.of());
    // Another host streams those: to go on announcing this one would look like a second copy.
    List<Node> here = nodes.stream().filter(n -> !away.contains(n.name())).toList();
    Streamer streamer =
        Streamer.start(
            here,
            remotes,
            folder,
            new WriterIdentity(folder.writerId(), HostName.local()),
            StreamSettings.DEFAULT.withSpoolLimit(settings.spoolLimit()),
            sink(alerts),
            opener);
    @Nullable BackupCare care =
        config.backup() == null ? null : BackupCare.start(config.source(), state, alerts);
    AlertCare told = AlertCare.start(config, alerts, streamer::report);
    SplitBrainCare brain =
        new SplitBrainCare(here, wishes, remotes, state, folder.writerId(), alerts).start();
    try (streamer;
        care;
        told;
        brain) {
      watch(streamer, alerts, here, away);
      report(streamer.stop(settings.flush()));
    }
  }

  /** The nodes that were handed off from here; {@code before} if that cannot be told now. */
  private Set<NodeName> away(Set<NodeName> before) {
    try {
      return Register.away(state);
    } catch (HandoffException e) {
      LOG.warn("{} → {}", e.what(), e.remedy());
      return before;
    }
  }

  /** Returns when asked to stop, or when what is handed off changed, after one last look. */
  private void watch(Streamer streamer, AlertBook alerts, List<Node> here, Set<NodeName> away)
      throws IOException, InterruptedException {
    StatusWriter status = new StatusWriter(streamer, alerts);
    SpareMemory memory = new SpareMemory();
    try (NodeWatcher watcher =
            NodeWatcher.start(here, settings.poll(), InstantSource.system(), streamer::observe);
        PageServer served = servePage(streamer, alerts)) {
      LOG.debug("status page: {}", served);
      LOG.info("watching {} to {}", count(here.size(), "node"), count(remotes.size(), "remote"));
      systemd.ready();
      do {
        status.update(DaemonState.RUNNING);
        systemd.watchdog();
        memory.whileIdle(streamer::settled);
      } while (!stop.await(status.pause().toMillis(), TimeUnit.MILLISECONDS)
          && away(away).equals(away));
      if (stop.getCount() == 0) {
        systemd.stopping();
        status.update(DaemonState.STOPPING);
      }
      watcher.rescan();
      // A file that is still being written in place is told once it has settled.
      Thread.sleep(LAST_LOOK_MILLIS);
    }
  }

  private PageServer servePage(Streamer streamer, AlertBook alerts) {
    Config.StatusSection page = config.status();
    return PageServer.start(
        page.listen(),
        page.hosts(),
        page.asked(),
        new PageFeed(
            streamer,
            report -> status(DaemonState.RUNNING, report, alerts.open()),
            state,
            settings.spoolLimit(),
            config.backup() != null),
        alerts);
  }

  private StatusReport status(
      DaemonState daemon, StreamReport report, List<StatusReport.OpenAlert> open) {
    return new StatusReport(
        StatusReport.SCHEMA,
        ProgramVersion.number(),
        daemon,
        Instant.now(),
        ProcessHandle.current().pid(),
        startedAt,
        report.nodes(),
        report.remotes(),
        open,
        report.spoolBytes());
  }

  private static void report(Streamer.Leftover left) {
    if (left.behind().isEmpty()) {
      LOG.info("stopped; every remote holds the newest version of every node");
    }
    String kept =
        left.unkept().isEmpty()
            ? "kept in the spool and sent at the next start"
            : "and the state folder did not take all that is left";
    left.behind()
        .forEach(
            h ->
                LOG.warn(
                    "stopped; {}: {} not on every remote yet, {}",
                    h.node(),
                    count(h.behind(), "version"),
                    kept));
    left.unkept()
        .forEach(
            what ->
                LOG.error(
                    "{} → free space on the disk of the state folder, and start again while the"
                        + " node's file is as it is",
                    what));
  }

  private static String count(int n, String what) {
    return n + " " + what + (n == 1 ? "" : "s");
  }

  /** Asks the daemon to flush and end, and waits until it has, a little longer than it may take. */
  void stop() throws InterruptedException {
    stop.countDown();
    if (!stopped.await(settings.flush().plusSeconds(10).toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("it did not end in time; what was observed is in the spool or in the node's file");
    }
  }

  private static AlertSink sink(AlertBook alerts) {
    return new AlertSink() {
      @Override
      public void raise(Alert alert) {
        alerts.raise(alert);
      }

      @Override
      public void clear(Alert.Key key) {
        alerts.clear(key);
      }
    };
  }

  /** Writes status.json when something changed, and now and then when nothing did. */
  private final class StatusWriter {
    private final Streamer streamer;
    private final AlertBook alerts;
    private final StatusFile file = new StatusFile(state);
    private @Nullable StreamReport lastReport;
    private List<StatusReport.OpenAlert> lastAlerts = List.of();
    private Instant written = Instant.EPOCH;
    private long lastRevision = -1;
    private long changed = System.nanoTime();

    StatusWriter(Streamer streamer, AlertBook alerts) {
      this.streamer = streamer;
      this.alerts = alerts;
    }

    void update(DaemonState daemon) {
      long revision = streamer.revision();
      List<StatusReport.OpenAlert> open = alerts.open();
      if (revision == lastRevision
          && open.equals(lastAlerts)
          && isYoung(Instant.now())
          && daemon == DaemonState.RUNNING) {
        return;
      }
      if (revision != lastRevision) {
        lastRevision = revision;
        changed = System.nanoTime();
      }
      StreamReport report = streamer.report();
      Instant now = Instant.now();
      boolean same =
          daemon == DaemonState.RUNNING
              && report.equals(lastReport)
              && open.equals(lastAlerts)
              && isYoung(now);
      if (same) {
        return;
      }
      try {
        file.write(status(daemon, report, open));
        lastReport = report;
        lastAlerts = open;
        written = now;
      } catch (IOException e) {
        LOG.warn("{} cannot be written: {}", file.path(), e.toString());
        written = now;
      }
    }

    /** How long to wait before the next {@link #update}: every waking costs, for years. */
    Duration pause() {
      return System.nanoTime() - changed < REST.toNanos() ? EVERY : EVERY_AT_REST;
    }

    /** Also after the clock was set back, the status is written again. */
    private boolean isYoung(Instant now) {
      return now.isBefore(written.plus(WRITE_AT_LEAST_EVERY)) && !now.isBefore(written);
    }
  }
}
