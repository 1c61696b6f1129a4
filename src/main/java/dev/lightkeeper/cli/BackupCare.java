package dev.lightkeeper.cli;

import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.shelf.ShipmentQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the daemon does for backups: brings services up again that one left down when it died, and
 * ships archives that could not be. Both run in a process of their own, so that neither an archive
 * nor Docker can ever get in the way of a channel backup. As another account than root, which
 * Docker does not listen to, it only tells that services are down: lightkeeper-resume.service does
 * the rest.
 */
final class BackupCare implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackupCare.class);
  private static final Duration FIRST = Duration.ofSeconds(3);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration SHIP_AGAIN = Duration.ofMinutes(10);
  private static final Duration LONG_DOWN = Duration.ofMinutes(15);
  private static final int KEPT = 2_000;

  private final Path config;
  private final Path state;
  private final AlertBook alerts;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long shipAt = System.nanoTime();

  private BackupCare(Path config, Path state, AlertBook alerts) {
    this.config = config;
    this.state = state;
    this.alerts = alerts;
  }

  static BackupCare start(Path config, Path state, AlertBook alerts) {
    BackupCare care = new BackupCare(config, state, alerts);
    Thread.ofVirtual().name("backup-care").start(care::run);
    return care;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      Duration wait = FIRST;
      while (!closed.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        resume();
        ship();
        wait = EVERY;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void resume() throws InterruptedException {
    if (!Files.exists(Resume.journal(state))) {
      alerts.clear(new Alert(Alert.Kind.SERVICES_DOWN, null, null, "").key());
      return;
    }
    if (!isRoot()) {
      tellIfLongDown();
      return;
    }
    // It does nothing while the backup that stopped them lives.
    said("--resume", Alert.Kind.SERVICES_DOWN);
  }

  /** Trying would claim the note that says what is down, from those who can bring it up. */
  private void tellIfLongDown() {
    try {
      Instant since = Files.getLastModifiedTime(Resume.journal(state)).toInstant();
      if (Duration.between(since, Instant.now()).compareTo(LONG_DOWN) > 0) {
        String said = "down since %s: sudo lightkeeper backup --resume".formatted(since);
        alerts.raise(new Alert(Alert.Kind.SERVICES_DOWN, null, null, said));
      }
    } catch (IOException e) {
      LOG.debug("the note of what is stopped is gone again: {}", e.toString());
    }
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      return false;
    }
  }

  private void ship() throws InterruptedException {
    if (System.nanoTime() - shipAt < 0) {
      return;
    }
    try {
      if (new ShipmentQueue(state).pending().isEmpty()) {
        alerts.clear(new Alert(Alert.Kind.ARCHIVE_NOT_SHIPPED, null, null, "").key());
        return;
      }
      shipAt = System.nanoTime() + SHIP_AGAIN.toNanos();
      said("--ship", Alert.Kind.ARCHIVE_NOT_SHIPPED);
    } catch (IOException e) {
      LOG.warn("the list of archives to be shipped cannot be read: {}", e.toString());
    }
  }

  private void said(String option, Alert.Kind kind) throws InterruptedException {
    try {
      Process child =
          new ProcessBuilder(
                  OwnProgram.command("--config", config.toString(), "backup", option, "--quiet"))
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      String words =
          new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int exit = child.waitFor();
      if (exit == ExitCode.OK.value()) {
        alerts.clear(new Alert(kind, null, null, "").key());
      } else if (exit != ExitCode.LOCKED.value()) {
        String kept = words.length() <= KEPT ? words : words.substring(words.length() - KEPT);
        alerts.raise(new Alert(kind, null, null, kept));
      }
    } catch (IOException e) {
      alerts.raise(new Alert(kind, null, null, "lightkeeper backup " + option + ": " + e));
    }
  }
}
