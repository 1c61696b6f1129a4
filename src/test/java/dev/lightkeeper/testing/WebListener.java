package dev.lightkeeper.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** A web server on loopback that keeps what is posted to it. */
public final class WebListener implements AutoCloseable {
  private final HttpServer server;
  private final List<Post> posts = new CopyOnWriteArrayList<>();
  private final AtomicInteger answer = new AtomicInteger(200);

  /** What was posted. */
  public record Post(String path, Map<String, List<String>> headers, String body) {
    /** The header {@code name}. */
    public String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }
  }

  private WebListener(HttpServer server) {
    this.server = server;
    server.createContext("/", this::take);
    server.start();
  }

  /** One that listens on {@code port}; 0 for any. */
  public static WebListener start(int port) throws IOException {
    return new WebListener(HttpServer.create(address(port), 0));
  }

  /** One that speaks TLS. */
  public static WebListener startTls(SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create(address(0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new WebListener(server);
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Answers {@code status} from now on. */
  public void answer(int status) {
    answer.set(status);
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** What was taken with a 2xx, in order. */
  public List<Post> posts() {
    return List.copyOf(posts);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      int status = answer.get();
      if (status < 300) {
        posts.add(
            new Post(
                exchange.getRequestURI().toString(),
                Map.copyOf(exchange.getRequestHeaders()),
                body));
      } else {
        exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + port() + "/moved");
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
