package dev.lightkeeper.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.stream.StreamHistory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server by what is said over real sockets. */
class PageServerTest {
  private static final SocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final AlertBook alerts = new AlertBook(InstantSource.system());
  private final List<PageServer> servers = new ArrayList<>();
  private volatile List<OpenAlert> open = List.of();
  private volatile boolean hangs;

  @AfterEach
  void stop() {
    servers.forEach(PageServer::close);
  }

  @Test
  void the_page_is_there_with_all_it_needs_and_may_load_nothing_else() throws Exception {
    Client client = serve(ANY_PORT);

    for (String path : List.of("/", "/page.css", "/page.js", "/icon.svg")) {
      Client.Answer answer = client.get(path);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isNotBlank().doesNotContain("https://");
      assertThat(answer.header("Content-Security-Policy"))
          .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'none'")
          .doesNotContain("unsafe", "*");
      assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
      assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    }
    assertThat(client.get("/").body()).doesNotContain("style=", "onclick", "<script>");
  }

  @Test
  void a_head_has_the_length_and_not_the_body() throws Exception {
    Client client = serve(ANY_PORT);

    Client.Answer head = client.says("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(Integer.parseInt(head.header("Content-Length")))
        .isEqualTo(client.get("/").body().getBytes(StandardCharsets.UTF_8).length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"})
  void nothing_but_looking_is_allowed(String method) throws Exception {
    Client.Answer answer =
        serve(ANY_PORT)
            .says(method + " / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\na=1");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:9740",
        "127.0.0.1",
        "127.0.0.1:9740",
        "[::1]:9740",
        "node.example.com"
      })
  void this_machine_and_configured_names_may_be_asked_for(String host) throws Exception {
    assertThat(serve(ANY_PORT).getAs(host).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "192.168.1.7",
        "node.example.com.",
        "127.0.0.1@evil.example",
        "::1",
        "[127.0.0.1]",
        "localhost:",
        ":9740"
      })
  void any_other_name_is_refused_for_it_may_be_somebody_elses(String host) throws Exception {
    Client.Answer answer = serve(ANY_PORT).getAs(host);

    assertThat(answer.status()).isEqualTo(421);
    assertThat(answer.body()).contains("[status]").doesNotContain("alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/2\r\nHost: localhost\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void what_is_not_a_request_is_said_to_be_none(String request) throws Exception {
    assertThat(serve(ANY_PORT).says(request).status()).isEqualTo(400);
  }

  @Test
  void a_head_without_end_is_cut_off() throws Exception {
    String endless = "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9_000) + "\r\n\r\n";

    assertThat(serve(ANY_PORT).says(endless).status()).isEqualTo(431);
  }

  @Test
  void clients_that_say_nothing_do_not_keep_others_out_for_long() throws Exception {
    Client client = serve(ANY_PORT);
    SocketAddress address = servers.getFirst().addresses().getFirst();
    List<SocketChannel> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        silent.add(SocketChannel.open(address));
      }
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(client.get("/healthz").status()).isEqualTo(200));
    } finally {
      for (SocketChannel channel : silent) {
        channel.close();
      }
    }
  }

  @Test
  void health_is_ok_or_one_line_why_not() throws Exception {
    Client client = serve(ANY_PORT);
    assertThat(client.get("/healthz").body()).isEqualTo("ok\n");

    open = List.of(new OpenAlert("host-key", null, "offsite", Instant.now(), "somebody else"));

    assertThat(client.get("/healthz").status()).isEqualTo(503);
    assertThat(client.get("/healthz").body()).isEqualTo("host key, remote offsite\n");
  }

  @Test
  void a_daemon_that_hangs_is_not_healthy() throws Exception {
    Client client = serve(ANY_PORT);
    hangs = true;

    for (String path : List.of("/healthz", "/metrics", "/api/status.json")) {
      assertThat(client.get(path).status()).isEqualTo(503);
      assertThat(client.get(path).body()).contains("does not answer: restart it");
    }
    assertThat(client.get("/").status()).isEqualTo(200);
  }

  @Test
  void the_status_as_json_is_that_of_the_command_and_more() throws Exception {
    Client.Answer answer = serve(ANY_PORT).get("/api/status.json?x=1");

    JsonNode json = Json.parse(answer.body(), JsonNode.class);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(json.path("schema").asInt()).isEqualTo(1);
    assertThat(json.path("nodes").path(0).path("name").asText()).isEqualTo("alice");
    assertThat(json.path("well").asBoolean()).isTrue();
    assertThat(json.path("backup").path("next").asText()).isEqualTo("2026-11-25T03:00:00Z");
    assertThat(Files.readString(Path.of("docs/json.md")))
        .as("every field is documented")
        .contains(
            json.properties().stream().map(e -> "`" + e.getKey() + "`").toArray(String[]::new));
  }

  @Test
  void what_is_not_there_says_what_is() throws Exception {
    Client.Answer answer = serve(ANY_PORT).get("/../etc/passwd");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.body()).contains("/healthz");
  }

  @Test
  void a_unix_socket_serves_the_same_to_its_owner_and_group() throws Exception {
    Path socket = folder.resolve("status.sock");
    Client client = serve(UnixDomainSocketAddress.of(socket));

    assertThat(client.get("/healthz").body()).isEqualTo("ok\n");
    assertThat(client.getAs("evil.example").status()).isEqualTo(421);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw----");
    servers.getFirst().close();
    await().atMost(PATIENCE).until(() -> !Files.exists(socket));
  }

  @Test
  void a_socket_that_a_killed_daemon_left_is_taken_over() throws Exception {
    Path socket = folder.resolve("status.sock");
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      killed.bind(UnixDomainSocketAddress.of(socket));
    }

    assertThat(serve(UnixDomainSocketAddress.of(socket)).get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void a_file_in_the_way_of_a_socket_is_left_alone_and_alerted() throws Exception {
    Path file = Files.writeString(folder.resolve("status.sock"), "mine");

    start(true, UnixDomainSocketAddress.of(file));

    awaitAlert("there is a file in the way");
    assertThat(file).hasContent("mine");
  }

  @Test
  void a_port_in_use_is_an_alert_and_is_taken_once_it_is_free() throws Exception {
    SocketAddress address;
    try (ServerSocketChannel other = ServerSocketChannel.open()) {
      address = other.bind(ANY_PORT).getLocalAddress();
      start(true, address);
      awaitAlert("Address already in use");
    }

    await().atMost(PATIENCE).until(() -> alerts.open().isEmpty());
    assertThat(new Client(address).get("/healthz").status()).isEqualTo(200);
  }

  @Test
  void a_port_in_use_that_nobody_asked_for_is_no_alert() throws Exception {
    try (ServerSocketChannel other = ServerSocketChannel.open()) {
      SocketAddress taken = other.bind(ANY_PORT).getLocalAddress();
      PageServer server = start(false, taken, ANY_PORT);
      await().atMost(PATIENCE).until(() -> server.addresses().size() == 1);

      assertThat(alerts.open()).isEmpty();
    }
  }

  private void awaitAlert(String words) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(alerts.open())
                    .singleElement()
                    .satisfies(a -> assertThat(a.kind()).isEqualTo("status-page"))
                    .satisfies(a -> assertThat(a.message()).contains(words, "Streaming goes on")));
  }

  private Client serve(SocketAddress address) {
    PageServer server = start(true, address);
    await().atMost(PATIENCE).until(() -> !server.addresses().isEmpty());
    return new Client(server.addresses().getFirst());
  }

  private PageServer start(boolean asked, SocketAddress... addresses) {
    PageServer server =
        PageServer.start(
            List.of(addresses), Set.of("node.example.com"), asked, new Source(), alerts);
    servers.add(server);
    return server;
  }

  /** A daemon that is well unless a test says otherwise. */
  private final class Source implements OverviewSource {
    @Override
    public Overview look() throws TimeoutException {
      if (hangs) {
        throw new TimeoutException();
      }
      Instant now = Instant.now();
      NodeStatus alice = new NodeStatus("alice", "lnd", "/a", "absent", null, null, null);
      RemoteStatus remote =
          new RemoteStatus("offsite", "file:///r", true, null, List.of(), null, null, 0, List.of());
      return new Overview(
          new StatusReport(
              1, "1", DaemonState.RUNNING, now, 1L, now, List.of(alice), List.of(remote), open, 0),
          new StreamHistory(List.of(), Map.of(), Map.of()),
          1,
          new Overview.Backups(null),
          null,
          null);
    }

    @Override
    public Optional<Instant> nextBackup() {
      return Optional.of(Instant.parse("2026-11-25T03:00:00Z"));
    }
  }
}
