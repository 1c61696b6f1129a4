package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.testing.FreePort;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples for Prometheus and Grafana, in a real Prometheus that scrapes a real daemon. */
class PrometheusTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Path EXAMPLES = Path.of("examples");
  private static final Pattern METRIC = Pattern.compile("\\b(?:lightkeeper|process)_[a-z_]+");

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private RunningDaemon daemon;
  private @Nullable Process prometheus;
  private URI address = URI.create("http://127.0.0.1/");

  @BeforeEach
  void start() throws Exception {
    StandInLnd alice = new StandInLnd(folder.resolve("alice"));
    alice.update(1);
    Path state = Files.createDirectories(folder.resolve("state"));
    Files.createDirectories(folder.resolve("offsite"));
    String now = Instant.now().toString();
    Files.writeString(
        state.resolve("backup.json"),
        """
        {"schema": 1, "result": "complete", "started_at": "%1$s", "finished_at": "%1$s",
         "duration_millis": 912000, "archive": "/b", "bytes": 3221225472,
         "services_down_millis": 1840, "shipped": true, "problems": [],
         "newest_archive_at": "%1$s"}
        """
            .formatted(now));
    Files.writeString(
        state.resolve("drill.json"), "{\"at\": \"%s\", \"result\": \"ok\"}".formatted(now));
    Files.writeString(
        state.resolve("guard.json"),
        """
        {"at": "%s", "pid": 1, "alerts": [], "round": {"offer": null, "holding": [],
         "stopped": [], "voided": null, "owed": [], "problems": []}}
        """
            .formatted(now));
    Path config =
        Files.writeString(
            folder.resolve("lightkeeper.toml"),
            """
            state = "%1$s/state"
            [nodes.alice]
            kind = "lnd"
            file = "%1$s/alice/channel.backup"
            [remotes.offsite]
            url = "file://%1$s/offsite"
            [status]
            listen = "127.0.0.1:0"
            [backup]
            """
                .formatted(folder));
    daemon = RunningDaemon.start(config);
  }

  @AfterEach
  void stop() throws Exception {
    http.close();
    if (prometheus != null) {
      prometheus.destroy();
      prometheus.waitFor();
    }
    daemon.close();
  }

  @Test
  void rules_and_dashboard_load_and_find_every_metric_they_ask_for() throws Exception {
    startPrometheus(daemon.page().getPort());
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(query("up{job=\"lightkeeper\"} == 1")).isNotEmpty());

    JsonNode rules = get("api/v1/rules").path("data").path("groups").path(0).path("rules");
    assertThat(rules).hasSizeGreaterThan(10);
    List<String> ruled = new ArrayList<>();
    rules.forEach(r -> ruled.add(r.path("query").asText()));
    List<String> shown = dashboard();
    assertThat(shown).hasSizeGreaterThan(10);

    // Rates need two scrapes, quantiles one publish between them.
    for (String expression : shown) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(query(expression)).as(expression).isNotEmpty());
    }
    for (String name : names(ruled, shown)) {
      assertThat(query(name)).as(name).isNotEmpty();
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get("api/v1/rules").path("data").path("groups").path(0).path("rules"))
                    .allSatisfy(r -> assertThat(r.path("health").asText()).isEqualTo("ok"))
                    .allSatisfy(r -> assertThat(r.path("state").asText()).isEqualTo("inactive")));
  }

  @Test
  void the_rules_fire_when_they_should() throws Exception {
    promtool("test", "rules", "src/test/resources/prometheus-alerts-test.yml");
  }

  @Test
  void the_examples_are_in_order() throws Exception {
    promtool("check", "rules", EXAMPLES.resolve("prometheus-alerts.yml").toString());
    promtool("check", "config", EXAMPLES.resolve("prometheus.yml").toString());
  }

  private static void promtool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process promtool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor()).as(said).isZero();
  }

  private static Set<String> names(List<String> ruled, List<String> shown) {
    Set<String> names = new TreeSet<>();
    for (List<String> expressions : List.of(ruled, shown)) {
      expressions.forEach(e -> METRIC.matcher(e).results().forEach(m -> names.add(m.group())));
    }
    return names;
  }

  /** The dashboard's expressions, with what Grafana would put in for its variables. */
  private static List<String> dashboard() throws IOException {
    JsonNode dashboard =
        Json.parse(Files.readString(EXAMPLES.resolve("grafana-dashboard.json")), JsonNode.class);
    List<String> expressions = new ArrayList<>();
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        expressions.add(
            target
                .path("expr")
                .asText()
                .replace("$instance", ".*")
                .replace("$__rate_interval", "1m"));
      }
    }
    return expressions;
  }

  private void startPrometheus(int daemonPort) throws Exception {
    Path config = Files.createDirectories(folder.resolve("prometheus")).resolve("prometheus.yml");
    Files.copy(
        EXAMPLES.resolve("prometheus-alerts.yml"), config.resolveSibling("prometheus-alerts.yml"));
    Files.writeString(
        config,
        Files.readString(EXAMPLES.resolve("prometheus.yml"))
            .replace("127.0.0.1:9740", "127.0.0.1:" + daemonPort)
            .replace("_interval: 15s", "_interval: 1s"));
    // Another may take a free port before Prometheus does.
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              if (prometheus == null || !prometheus.isAlive()) {
                int port = FreePort.next();
                address = URI.create("http://127.0.0.1:%d/".formatted(port));
                prometheus = prometheus(config, port);
              }
              return ready();
            });
  }

  private Process prometheus(Path config, int port) throws IOException {
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + folder.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("prometheus.log").toFile())
        .start();
  }

  private boolean ready() throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(address.resolve("-/ready")).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private JsonNode query(String expression) throws Exception {
    JsonNode said =
        get("api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    return said.path("data").path("result");
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(address.resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return Json.parse(response.body(), JsonNode.class);
  }
}
