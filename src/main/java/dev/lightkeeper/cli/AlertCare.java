package dev.lightkeeper.cli;

import dev.lightkeeper.alert.AlertFolder;
import dev.lightkeeper.alert.Announcer;
import dev.lightkeeper.alert.ChannelQueue;
import dev.lightkeeper.alert.Notice;
import dev.lightkeeper.alert.Route;
import dev.lightkeeper.config.AlertSection;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.stream.StreamReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the daemon does for alerts, on a thread of its own: looks out for more of them, and has them
 * told. Delivering is done by a process of its own, so that no web server, no certificate and no
 * mail can ever get in the way of a channel backup or stay in this process's memory.
 */
final class AlertCare implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AlertCare.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(30); // reads files, at rest as well
  private static final Duration AFTER_START = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Config config;
  private final AlertBook alerts;
  private final AlertFolder folder;
  private final Lookout lookout;
  private final InstantSource clock = InstantSource.system();
  private final CountDownLatch closed = new CountDownLatch(1);
  private @Nullable Announcer announcer;
  private Instant pinged = Instant.EPOCH;
  private String complained = "";

  private AlertCare(Config config, AlertBook alerts, Supplier<StreamReport> streams) {
    this.config = config;
    this.alerts = alerts;
    this.folder = new AlertFolder(config.state());
    this.lookout = new Lookout(config, alerts, streams, clock);
  }

  static AlertCare start(Config config, AlertBook alerts, Supplier<StreamReport> streams) {
    AlertCare care = new AlertCare(config, alerts, streams);
    Thread.ofVirtual().name("alert-care").start(care::run);
    return care;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      long looked = System.nanoTime() - LOOK_EVERY.toNanos();
      Duration wait = EVERY;
      while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        wait = config.alerts().isEmpty() ? LOOK_EVERY : EVERY;
        try {
          if (System.nanoTime() - looked >= LOOK_EVERY.toNanos()) {
            looked = System.nanoTime();
            lookout.look();
          }
          if (!config.alerts().isEmpty()) {
            tell();
          }
          complained = "";
        } catch (IOException | RuntimeException e) {
          // It goes on, whatever happens here: nothing else tells that something is wrong.
          if (!complained.equals(e.toString())) {
            LOG.error("alerts cannot be told: {}", e.toString());
            complained = e.toString();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void tell() throws IOException, InterruptedException {
    if (announcer == null) {
      announcer =
          new Announcer(folder, HostName.local(), clock, config.watch().behind().plus(AFTER_START));
    }
    announcer.update(List.of(Alert.Kind.values()), alerts.open());
    Instant now = clock.instant();
    Optional<Duration> every = pingEvery();
    boolean ping =
        every.isPresent() && (now.isBefore(pinged) || !now.isBefore(pinged.plus(every.get())));
    if (ping) {
      folder.post(Notice.alive(now, HostName.local(), alerts.open()));
      pinged = now;
    }
    if (folder.hasNew() || due(now)) {
      deliver();
    }
  }

  private Optional<Duration> pingEvery() {
    return config.alerts().stream()
        .filter(AlertSection.Healthchecks.class::isInstance)
        .map(AlertSection.Healthchecks.class::cast)
        .filter(h -> h.pings().equals(Route.WATCH))
        .map(AlertSection.Healthchecks::every)
        .min(Duration::compareTo);
  }

  private boolean due(Instant now) throws IOException {
    for (AlertSection section : config.alerts()) {
      Optional<Instant> at =
          ChannelQueue.due(folder.queue(section.name()), section.limits().perHour());
      if (at.isPresent() && !at.get().isAfter(now)) {
        return true;
      }
    }
    return false;
  }

  private void deliver() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                OwnProgram.command(
                    "--config", config.source().toString(), "alert", "--deliver", "--quiet"))
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    Thread killer = Thread.startVirtualThread(() -> killLate(child));
    try {
      String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      said.lines().filter(l -> !l.isBlank()).forEach(l -> LOG.warn("{}", l));
      child.waitFor();
    } finally {
      killer.interrupt();
    }
  }

  private static void killLate(Process child) {
    try {
      if (!child.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        child.descendants().forEach(ProcessHandle::destroyForcibly);
        child.destroyForcibly();
      }
    } catch (InterruptedException e) {
      // It ended in time.
    }
  }
}
