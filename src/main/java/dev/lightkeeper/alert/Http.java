package dev.lightkeeper.alert;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;

/**
 * Posts to one server. Redirects are not followed: the address is a secret, and so is what is
 * posted. What is said about an address ends at its host.
 */
final class Http {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Trust trust;

  Http(Trust trust) {
    this.trust = trust;
  }

  /** The part of {@code url} that is no secret. */
  static String shown(URI url) {
    return url.getScheme()
        + "://"
        + url.getHost()
        + (url.getPort() < 0 ? "" : ":" + url.getPort())
        + "/…";
  }

  /**
   * @throws DeliveryException unless the server answers 2xx
   */
  void post(URI url, Map<String, String> headers, String body)
      throws DeliveryException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    headers.forEach(request::header);
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(PATIENCE);
    if ("https".equals(url.getScheme())) {
      builder.sslContext(trust.context());
    }
    try (HttpClient client = builder.build()) {
      int status =
          client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status < 200 || status > 299) {
        throw new DeliveryException(
            "%s answered %d".formatted(shown(url), status), remedy(status), null);
      }
    } catch (IOException e) {
      throw new DeliveryException(
          "%s %s".formatted(shown(url), reason(e)),
          "see whether this host reaches it, and its address in the configuration",
          e);
    }
  }

  private static String remedy(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> "write the address it moved to into the configuration";
      case 401, 403 -> "check the token in token_file";
      case 404, 410 -> "check the address in the configuration";
      case 429 -> "it wants less: lower per_hour, or use another server";
      default -> "see that server's log";
    };
  }

  private static String reason(IOException e) {
    return switch (e) {
      case HttpTimeoutException _ -> "does not answer";
      case SSLException s -> "cannot be trusted: " + s.getMessage();
      case ConnectException c ->
          c.getCause() instanceof UnresolvedAddressException
              ? "has a name that cannot be resolved"
              : "cannot be reached";
      default -> "broke off: " + e.getClass().getSimpleName();
    };
  }
}
