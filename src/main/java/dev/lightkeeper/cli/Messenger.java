package dev.lightkeeper.cli;

import dev.lightkeeper.alert.AlertFolder;
import dev.lightkeeper.alert.Announcer;
import dev.lightkeeper.alert.Delivery;
import dev.lightkeeper.alert.Notice;
import dev.lightkeeper.alert.Notice.Event;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How other processes than the daemon tell what happened: they leave it for the daemon, and deliver
 * it themselves while that is down. It never fails what it tells of.
 */
final class Messenger {
  private static final Logger LOG = LoggerFactory.getLogger(Messenger.class);

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration AGAIN = Duration.ofMillis(200);

  private final Config config;
  private final AlertFolder folder;
  private final InstantSource clock = InstantSource.system();

  Messenger(Config config) {
    this.config = config;
    this.folder = new AlertFolder(config.state());
  }

  /**
   * A run began; told aside, so that the run need not wait for it.
   *
   * @param run {@code backup} or {@code drill}
   */
  void started(String run) {
    // Posted at once: it must not come after the end of a short run.
    if (post(Event.STARTED, run, "")) {
      Thread.startVirtualThread(this::deliverIfAlone);
    }
  }

  /**
   * A run ended; returns once it is told or kept for later, within a minute.
   *
   * @param said the end of what it said
   */
  void ended(String run, boolean well, String said) {
    if (post(well ? Event.SUCCEEDED : Event.FAILED, run, said)) {
      deliverIfAlone();
    }
  }

  /**
   * How things stand, for the time that the daemon is down; without effect while it is up.
   *
   * @param kinds what {@code open} is complete for
   */
  void standing(Set<Alert.Kind> kinds, List<OpenAlert> open) {
    try {
      if (config.alerts().isEmpty() || daemonRuns()) {
        return;
      }
      // Each time anew: the daemon may have told it meanwhile.
      Announcer announcer = new Announcer(folder, HostName.local(), clock, Duration.ZERO);
      announcer.update(kinds, open);
      deliver();
    } catch (IOException e) {
      LOG.error("alerts cannot be told: {}", e.toString());
    }
  }

  /** Whether somebody is to be told of it, and it is kept for that. */
  private boolean post(Event event, String run, String said) {
    if (config.alerts().stream().noneMatch(s -> run.equals(AlertRoutes.pings(s)))) {
      return false;
    }
    try {
      folder.post(Notice.run(clock.instant(), HostName.local(), event, run, said));
      return true;
    } catch (IOException e) {
      LOG.error("alerts cannot be told: {}", e.toString());
      return false;
    }
  }

  private void deliverIfAlone() {
    try {
      if (!daemonRuns()) {
        deliver();
      }
    } catch (IOException e) {
      LOG.error("alerts cannot be told: {}", e.toString());
    }
  }

  private boolean daemonRuns() throws IOException {
    return ProcessLock.holder(config.state()).isPresent();
  }

  private Delivery delivery() {
    return new Delivery(folder, AlertRoutes.of(config, System.getenv()), clock);
  }

  private void deliver() throws IOException {
    try {
      Instant until = clock.instant().plus(PATIENCE);
      Optional<List<String>> problems = delivery().run();
      // Who delivers now, maybe another thread of this process, may have missed what is new.
      while (problems.isEmpty() && clock.instant().isBefore(until)) {
        Thread.sleep(AGAIN);
        problems = delivery().run();
      }
      problems.orElse(List.of()).forEach(p -> LOG.error("{}", p));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
