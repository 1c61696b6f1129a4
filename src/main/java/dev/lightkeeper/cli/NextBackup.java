package dev.lightkeeper.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When systemd's timer makes the next backup. Asked of systemd at most once a minute, and only when
 * somebody wants to know.
 */
final class NextBackup {
  private static final Logger LOG = LoggerFactory.getLogger(NextBackup.class);
  private static final Duration KEPT = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Asks for the property {@code NextElapseUSecRealtime} of the timer that is installed. */
  static final List<String> SYSTEMCTL =
      List.of(
          "systemctl",
          "show",
          "--timestamp=unix",
          "--value",
          "--property=NextElapseUSecRealtime",
          "lightkeeper-backup.timer");

  private final List<String> command;
  private final InstantSource clock;
  private Instant askedAt = Instant.MIN;
  private Optional<Instant> known = Optional.empty();

  /**
   * @param command prints {@code @seconds}, or something else if it does not know
   */
  NextBackup(List<String> command, InstantSource clock) {
    this.command = List.copyOf(command);
    this.clock = clock;
  }

  /** Empty where there is no such timer, or no systemd. */
  synchronized Optional<Instant> at() throws InterruptedException {
    Instant now = clock.instant();
    if (now.isBefore(askedAt) || Duration.between(askedAt, now).compareTo(KEPT) >= 0) {
      askedAt = now;
      known = ask();
    }
    return known;
  }

  private Optional<Instant> ask() throws InterruptedException {
    try {
      Process child =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      child.getOutputStream().close();
      if (!child.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        child.destroyForcibly();
        return Optional.empty();
      }
      return parse(
          new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      LOG.debug("systemd cannot be asked for the next backup: {}", e.toString());
      return Optional.empty();
    }
  }

  private static Optional<Instant> parse(String said) {
    return said.matches("@\\d{1,12}")
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(said.substring(1))))
        : Optional.empty();
  }
}
