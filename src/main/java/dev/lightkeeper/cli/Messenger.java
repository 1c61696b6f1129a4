package dev.lightkeeper.cli;

import dev.lightkeeper.alert.AlertFolder;
import dev.lightkeeper.alert.Announcer;
import dev.lightkeeper.alert.Delivery;
import dev.lightkeeper.alert.Notice;
import dev.lightkeeper.alert.Notice.Event;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.time.Duration;
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
    Thread.startVirtualThread(() -> run(Event.STARTED, run, ""));
  }

  /**
   * A run ended; returns once it is told or kept for later, within a minute.
   *
   * @param said the end of what it said
   */
  void ended(String run, boolean well, String said) {
    run(well ? Event.SUCCEEDED : Event.FAILED, run, said);
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

  private void run(Event event, String run, String said) {
    boolean wanted = config.alerts().stream().anyMatch(s -> run.equals(AlertRoutes.pings(s)));
    if (!wanted) {
      return;
    }
    try {
      folder.post(Notice.run(clock.instant(), HostName.local(), event, run, said));
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

  private void deliver() throws IOException {
    try {
      Optional<List<String>> problems =
          new Delivery(folder, AlertRoutes.of(config.alerts(), System.getenv()), clock).run();
      problems.orElse(List.of()).forEach(p -> LOG.error("{}", p));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
