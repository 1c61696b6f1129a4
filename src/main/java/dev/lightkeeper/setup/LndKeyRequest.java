package dev.lightkeeper.setup;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.scb.BackupKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * Asks a running LND for the public key that its channel backups' key is made of: {@code POST
 * /v2/wallet/key}, family 7, index 0 (walletrpc, DeriveKey; permission address:read).
 *
 * @param rest {@code https://host:port}; {@code http} only to this host or its containers
 * @param certificate LND's {@code tls.cert}; the server must have exactly this one
 */
public record LndKeyRequest(URI rest, Path certificate) {
  private static final String BODY = "{\"key_family\":7,\"key_index\":0}";
  private static final int LIMIT_MILLIS = 20_000;
  private static final int MOST_ANSWER = 64 * 1024;
  private static final int MOST_WORDS = 200;

  /**
   * The key.
   *
   * @param macaroon may read addresses; goes nowhere but to that server
   * @throws SetupException if it cannot be had
   */
  public BackupKey fetch(byte[] macaroon) throws SetupException {
    try {
      HttpURLConnection connection = connection();
      try {
        connection.setRequestMethod("POST");
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(LIMIT_MILLIS);
        connection.setReadTimeout(LIMIT_MILLIS);
        connection.setDoOutput(true);
        connection.setRequestProperty("Grpc-Metadata-macaroon", HexFormat.of().formatHex(macaroon));
        try (OutputStream out = connection.getOutputStream()) {
          out.write(BODY.getBytes(StandardCharsets.US_ASCII));
        }
        int status = connection.getResponseCode();
        return status == HttpURLConnection.HTTP_OK
            ? key(body(connection.getInputStream()))
            : refused(status, body(connection.getErrorStream()));
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw new SetupException(
          "LND does not answer at %s: %s".formatted(rest, said(e)),
          "see that it runs and is unlocked, and name its REST address with --rest");
    }
  }

  private HttpURLConnection connection() throws IOException, SetupException {
    if ("http".equals(rest.getScheme())) {
      refuseFarAway();
      return (HttpURLConnection) url().openConnection();
    }
    if (!"https".equals(rest.getScheme())) {
      throw new SetupException(
          rest + " is no REST address of LND", "write it like https://127.0.0.1:8080");
    }
    HttpsURLConnection connection = (HttpsURLConnection) url().openConnection();
    connection.setSSLSocketFactory(PinnedCertificate.of(certificate).sockets());
    // Exactly LND's own certificate is accepted, whatever names are in it.
    connection.setHostnameVerifier((_, _) -> true);
    return connection;
  }

  private URL url() throws IOException, SetupException {
    try {
      return rest.resolve("/v2/wallet/key").toURL();
    } catch (IllegalArgumentException e) {
      throw new SetupException(
          rest + " is no REST address of LND", "write it like https://127.0.0.1:8080");
    }
  }

  private void refuseFarAway() throws UnknownHostException, SetupException {
    InetAddress address = InetAddress.getByName(rest.getHost());
    if (!address.isLoopbackAddress() && !address.isSiteLocalAddress()) {
      throw new SetupException(
          rest + " is not encrypted and not on this host: the macaroon could be read on the way",
          "use https://, or run this on the node's own host");
    }
  }

  private static byte[] body(@Nullable InputStream in) throws IOException {
    if (in == null) {
      return new byte[0];
    }
    try (in) {
      return in.readNBytes(MOST_ANSWER);
    }
  }

  private BackupKey key(byte[] answer) throws SetupException {
    try {
      byte[] raw = new ObjectMapper().readTree(answer).path("raw_key_bytes").binaryValue();
      if (raw != null) {
        return BackupKey.ofPublicKey(raw);
      }
    } catch (IOException | IllegalArgumentException e) {
      var _ = e; // whatever it says, it is no key
    }
    throw new SetupException(
        rest + " answers, but not with a public key: it is no LND, or a newer one",
        "check --rest; or give the key with --from FILE");
  }

  private BackupKey refused(int status, byte[] answer) throws SetupException {
    String words;
    try {
      words =
          new ObjectMapper().readTree(answer).path("message").asText().replaceAll("[^ -~]", " ");
    } catch (IOException e) {
      words = "it says nothing about why";
    }
    throw new SetupException(
        "LND refuses at %s (%d): %s"
            .formatted(rest, status, words.substring(0, Math.min(MOST_WORDS, words.length()))),
        "if it is locked, unlock it; else bake another macaroon: lncli bakemacaroon address:read");
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
