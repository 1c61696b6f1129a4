package dev.lightkeeper.realnodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lightkeeper.testing.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A simnet block chain: btcd, which mines when asked to. */
final class Chain implements AutoCloseable {
  static final String USER = "lightkeeper";
  static final String PASSWORD = "simnet-only";
  static final String CERTIFICATE = "rpc.cert";

  // A script of zeros: nobody's.
  private static final String NOBODY = "sb1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq2cwzcu";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Programs programs;
  private final Path folder;
  private final int rpcPort;
  private final int peerPort;
  private final JsonMapper json = new JsonMapper();
  private @Nullable HttpClient client;
  private @Nullable Process process;

  private Chain(Programs programs, Path folder) throws IOException {
    this.programs = programs;
    this.folder = folder;
    List<Integer> ports = FreePort.next(2);
    this.rpcPort = ports.get(0);
    this.peerPort = ports.get(1);
  }

  /** One with a first block, so that nodes take it for a chain that is up to date. */
  static Chain start(Programs programs, Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    Chain chain = new Chain(programs, Files.createDirectories(folder));
    chain.launch(NOBODY);
    var _ = chain.mine(1);
    return chain;
  }

  /** From now on blocks pay to {@code address}. */
  void payTo(String address) throws IOException, InterruptedException, GeneralSecurityException {
    close();
    launch(address);
  }

  private void launch(String address)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path log = folder.resolve("btcd.log");
    Process started =
        new ProcessBuilder(
                programs.program("btcd"),
                "--simnet",
                "--txindex",
                "--nodnsseed",
                "--configfile=" + folder.resolve("none.conf"),
                "--datadir=" + folder.resolve("data"),
                "--logdir=" + folder.resolve("logs"),
                "--rpcuser=" + USER,
                "--rpcpass=" + PASSWORD,
                "--rpccert=" + certificate(),
                "--rpckey=" + folder.resolve("rpc.key"),
                "--rpclisten=127.0.0.1:" + rpcPort,
                "--listen=127.0.0.1:" + peerPort,
                "--minrelaytxfee=0.00001",
                "--miningaddr=" + address)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        if (client == null && Files.exists(certificate())) {
          client = HttpClient.newBuilder().sslContext(trust(certificate())).build();
        }
        if (client != null) {
          var _ = call("getblockcount", List.of());
          return;
        }
      } catch (IOException | GeneralSecurityException e) {
        var _ = e; // not up yet; the deadline decides
      }
      if (!started.isAlive() || System.nanoTime() > deadline) {
        throw new IOException("btcd does not start:\n" + Files.readString(log));
      }
      Thread.sleep(50);
    }
  }

  private static SSLContext trust(Path certificate) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(certificate)) {
      store.setCertificateEntry(
          "btcd", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  int rpcPort() {
    return rpcPort;
  }

  /** Its {@link #CERTIFICATE} is in there. */
  Path folder() {
    return folder;
  }

  private Path certificate() {
    return folder.resolve(CERTIFICATE);
  }

  /** Mines {@code blocks} and returns the chain's height. */
  int mine(int blocks) throws IOException, InterruptedException {
    var _ = call("generate", List.of(blocks));
    return height();
  }

  int height() throws IOException, InterruptedException {
    return call("getblockcount", List.of()).asInt();
  }

  /** Transactions that wait for a block. */
  int waiting() throws IOException, InterruptedException {
    return call("getrawmempool", List.of()).size();
  }

  private JsonNode call(String method, List<Object> parameters)
      throws IOException, InterruptedException {
    HttpClient open = client;
    if (open == null) {
      throw new IOException("btcd has no certificate yet");
    }
    String credentials =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.US_ASCII));
    HttpResponse<String> answer =
        open.send(
            HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + rpcPort))
                .timeout(Duration.ofMinutes(2))
                .header("Authorization", "Basic " + credentials)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        json.writeValueAsString(
                            Map.of(
                                "jsonrpc",
                                "1.0",
                                "id",
                                1,
                                "method",
                                method,
                                "params",
                                parameters))))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode body = json.readTree(answer.body());
    if (answer.statusCode() != 200 || !body.path("error").isNull()) {
      throw new IOException(method + ": " + answer.statusCode() + " " + answer.body());
    }
    return body.path("result");
  }

  @Override
  public void close() {
    Process running = process;
    process = null;
    if (running != null) {
      running.destroy();
      var _ = running.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
  }
}
