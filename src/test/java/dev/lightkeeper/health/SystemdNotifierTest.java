package dev.lightkeeper.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemdNotifierTest {
  /** Receives datagrams as systemd does, and prints each on a line. */
  private static final String RECEIVER =
      """
      import socket, sys
      name = sys.argv[1]
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind('\\0' + name[1:] if name.startswith('@') else name)
      print('bound', flush=True)
      while True:
          print(s.recv(4096).decode(), flush=True)
      """;

  @TempDir Path folder;
  private @Nullable Process receiver;

  @AfterEach
  void stopReceiver() throws Exception {
    if (receiver != null) {
      receiver.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void each_message_arrives_at_the_socket_that_systemd_named() throws Exception {
    String address = folder.resolve("notify").toString();
    BufferedReader received = receive(address);
    SystemdNotifier systemd = SystemdNotifier.of(Map.of("NOTIFY_SOCKET", address));

    systemd.ready();
    systemd.status("2 nodes\n1 remote");
    systemd.watchdog();
    systemd.stopping();

    assertThat(received.readLine()).isEqualTo("READY=1");
    assertThat(received.readLine()).isEqualTo("STATUS=2 nodes 1 remote");
    assertThat(received.readLine()).isEqualTo("WATCHDOG=1");
    assertThat(received.readLine()).isEqualTo("STOPPING=1");
  }

  @Test
  void a_socket_in_the_abstract_space_is_reached_too() throws Exception {
    String address = "@lightkeeper-test-" + ProcessHandle.current().pid();
    BufferedReader received = receive(address);

    SystemdNotifier.of(Map.of("NOTIFY_SOCKET", address)).ready();

    assertThat(received.readLine()).isEqualTo("READY=1");
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

  private BufferedReader receive(String address) throws Exception {
    Process process =
        new ProcessBuilder("python3", "-c", RECEIVER, address).redirectErrorStream(true).start();
    receiver = process;
    BufferedReader lines = process.inputReader();
    assertThat(lines.readLine()).isEqualTo("bound");
    return lines;
  }
}
