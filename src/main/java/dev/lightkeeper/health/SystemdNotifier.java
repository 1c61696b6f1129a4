package dev.lightkeeper.health;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how the daemon does, as sd_notify(3) lays it down. Does nothing where systemd did
 * not ask for it. Thread-safe; never throws: a lost notification is logged.
 */
public final class SystemdNotifier {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdNotifier.class);

  private final @Nullable UnixDatagram socket;
  private final @Nullable Duration watchdog;

  private SystemdNotifier(@Nullable UnixDatagram socket, @Nullable Duration watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /** The notifier for {@code environment}, which systemd set for this process or did not. */
  public static SystemdNotifier of(Map<String, String> environment) {
    String address = environment.get("NOTIFY_SOCKET");
    if (address == null || address.isEmpty()) {
      return new SystemdNotifier(null, null);
    }
    try {
      return new SystemdNotifier(new UnixDatagram(address), watchdog(environment));
    } catch (IllegalArgumentException e) {
      LOG.warn("systemd is not notified: {}", e.getMessage());
      return new SystemdNotifier(null, null);
    }
  }

  /** The daemon streams. */
  public void ready() {
    send("READY=1");
  }

  /** The daemon is about to end. */
  public void stopping() {
    send("STOPPING=1");
  }

  /** One line on how it does, for {@code systemctl status}. */
  public void status(String line) {
    send("STATUS=" + line.replace('\n', ' '));
  }

  /** The daemon still does its work; to be called once every {@link #watchdogInterval}. */
  public void watchdog() {
    send("WATCHDOG=1");
  }

  /**
   * How often to call {@link #watchdog}: half the time after which systemd would restart the
   * daemon. Empty if systemd does not wait for it.
   */
  public Optional<Duration> watchdogInterval() {
    return Optional.ofNullable(watchdog);
  }

  private static @Nullable Duration watchdog(Map<String, String> environment) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    String pid = environment.getOrDefault("WATCHDOG_PID", "");
    boolean forAnother =
        !pid.isEmpty() && !pid.equals(Long.toString(ProcessHandle.current().pid()));
    if (forAnother || !micros.matches("[1-9]\\d{0,14}")) {
      return null;
    }
    return Duration.ofNanos(Long.parseLong(micros) * 1000).dividedBy(2);
  }

  private void send(String message) {
    if (socket == null) {
      return;
    }
    try {
      socket.send(message);
    } catch (IOException e) {
      LOG.warn("systemd did not get {}: {}", message, e.getMessage());
    }
  }
}
