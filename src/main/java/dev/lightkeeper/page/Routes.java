package dev.lightkeeper.page;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.Troubles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** What is where. Nothing here changes anything. */
final class Routes {
  private static final String HANGS =
      "the daemon does not answer: restart it (systemctl restart lightkeeper)";

  private final OverviewSource source;

  Routes(OverviewSource source) {
    this.source = source;
  }

  /** The answer to GET; for HEAD, its body is left out. */
  Response answer(String path) throws InterruptedException {
    try {
      return switch (path) {
        case "/" -> resource("page.html", "text/html; charset=utf-8");
        case "/page.css" -> resource("page.css", "text/css; charset=utf-8");
        case "/page.js" -> resource("page.js", "text/javascript; charset=utf-8");
        case "/icon.svg" -> resource("icon.svg", "image/svg+xml");
        case "/api/status.json" -> status();
        case "/metrics" ->
            new Response(
                200, Metrics.TYPE, new String(Metrics.of(source.look()), StandardCharsets.UTF_8));
        case "/healthz" -> health();
        default -> Response.text(404, "There is /, /metrics, /healthz and /api/status.json.");
      };
    } catch (TimeoutException e) {
      return Response.text(503, HANGS);
    }
  }

  private Response health() throws TimeoutException, InterruptedException {
    List<String> troubles = Troubles.of(source.look().status());
    if (troubles.isEmpty()) {
      return Response.text(200, "ok");
    }
    String more = troubles.size() == 1 ? "" : ", and %d more".formatted(troubles.size() - 1);
    return Response.text(503, troubles.getFirst() + more);
  }

  private Response status() throws TimeoutException, InterruptedException {
    Overview overview = source.look();
    String json = Json.line(StatusJson.of(overview, source.nextBackup().orElse(null))) + "\n";
    return new Response(200, "application/json; charset=utf-8", json);
  }

  private static Response resource(String name, String type) {
    try (InputStream in = Routes.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the program");
      }
      return new Response(200, type, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
