package dev.lightkeeper.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.lightkeeper.testing.NotifySocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdNotifierTest {
  @TempDir Path folder;
  private @Nullable NotifySocket receiver;

  @AfterEach
  void stopReceiver() {
    if (receiver != null) {
      receiver.close();
    }
  }

  @Test
  void each_message_arrives_at_the_socket_that_systemd_named() throws Exception {
    String address = folder.resolve("notify").toString();
    NotifySocket received = receive(address);
    SystemdNotifier systemd = SystemdNotifier.of(Map.of("NOTIFY_SOCKET", address));

    systemd.ready();
    systemd.status("2 nodes\n1 remote");
    systemd.watchdog();
    systemd.stopping();

    assertThat(received.next()).isEqualTo("READY=1");
    assertThat(received.next()).isEqualTo("STATUS=2 nodes 1 remote");
    assertThat(received.next()).isEqualTo("WATCHDOG=1");
    assertThat(received.next()).isEqualTo("STOPPING=1");
  }

  @Test
  void a_socket_in_the_abstract_space_is_reached_too() throws Exception {
    String address = "@lightkeeper-test-" + ProcessHandle.current().pid();
    NotifySocket received = receive(address);

    SystemdNotifier.of(Map.of("NOTIFY_SOCKET", address)).ready();

    assertThat(received.next()).isEqualTo("READY=1");
  }

  @Test
  void without_systemd_nothing_is_sent_and_no_watchdog_waits() {
    SystemdNotifier alone = SystemdNotifier.of(Map.of("WATCHDOG_USEC", "60000000"));

    assertThatCode(alone::ready).doesNotThrowAnyException();
    assertThat(alone.watchdogInterval()).isEmpty();
  }

  @Test
  void a_socket_that_nobody_listens_on_does_not_stop_the_daemon() {
    SystemdNotifier systemd =
        SystemdNotifier.of(Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()));

    assertThatCode(systemd::ready).doesNotThrowAnyException();
  }

  @Test
  void the_watchdog_is_called_twice_in_the_time_systemd_allows() {
    assertThat(withWatchdog(Map.of("WATCHDOG_USEC", "60000000")).watchdogInterval())
        .contains(Duration.ofSeconds(30));
  }

  @Test
  void a_watchdog_meant_for_another_process_is_not_ours() {
    assertThat(
            withWatchdog(Map.of("WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "1"))
                .watchdogInterval())
        .isEmpty();
  }

  private SystemdNotifier withWatchdog(Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("NOTIFY_SOCKET", folder.resolve("notify").toString());
    return SystemdNotifier.of(all);
  }

  private NotifySocket receive(String address) throws Exception {
    NotifySocket socket = NotifySocket.at(address);
    receiver = socket;
    return socket;
  }
}
