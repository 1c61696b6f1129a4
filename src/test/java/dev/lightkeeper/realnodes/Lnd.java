package dev.lightkeeper.realnodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.testing.FreePort;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.Shell;
import dev.lightkeeper.testing.TestEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A real LND node on simnet, spoken to through its REST interface and {@code lncli}. */
final class Lnd implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMinutes(3);
  private static final long BLOCK_MILLIS = 1_500;

  private static final String PASSWORD = "simnet-only";
  private static final String PASSWORD_BASE64 =
      Base64.getEncoder().encodeToString(PASSWORD.getBytes(StandardCharsets.US_ASCII));
  private static final int LOOK_AHEAD = 100;
  private static final String MACAROON = "admin.macaroon";

  private final Programs programs;
  private final Chain chain;
  private final String name;
  private final Path folder;
  private final Ports ports;
  private final List<String> more;
  private final Machine machine;
  private final JsonMapper json = new JsonMapper();
  private final HttpClient client = HttpClient.newHttpClient();

  /** Where it listens, on 127.0.0.1. */
  private record Ports(int rpc, int rest, int peer) {
    static Ports free() throws IOException {
      List<Integer> ports = FreePort.next(3);
      return new Ports(ports.get(0), ports.get(1), ports.get(2));
    }
  }

  private Lnd(
      Programs programs,
      Chain chain,
      String name,
      Path folder,
      Ports ports,
      Machine machine,
      List<String> more) {
    this.programs = programs;
    this.chain = chain;
    this.name = name;
    this.folder = folder;
    this.ports = ports;
    this.machine = machine;
    this.more = List.copyOf(more);
  }

  /** A new node with a new seed, a process of this host, ready and in step with the chain. */
  static Lnd create(Programs programs, Chain chain, String name, Path folder, String... more)
      throws Exception {
    Files.createDirectories(folder);
    Path password = Files.writeString(folder.resolve("password"), PASSWORD);
    List<String> options =
        new ArrayList<>(
            List.of("--wallet-unlock-password-file=" + password, "--wallet-unlock-allow-create"));
    options.addAll(List.of(more));
    Lnd lnd =
        new Lnd(
            programs,
            chain,
            name,
            folder,
            Ports.free(),
            new LocalMachine(programs.program("lnd"), folder.resolve("output.log")),
            options);
    lnd.launch();
    var _ = lnd.makeWallet();
    lnd.awaitReady();
    return lnd;
  }

  /** The same as the service of a deployment of its own, which is made in {@code folder}. */
  static Lnd deploy(Programs programs, Chain chain, String name, TestEngine engine, Path folder)
      throws Exception {
    Ports ports = Ports.free();
    SampleDeployment sample =
        SampleDeployment.start(
            engine,
            folder,
            "real-lnd.yml",
            Map.of(
                "LND_PROGRAMS",
                programs.folder().toString(),
                "BTCD_FOLDER",
                chain.folder().toString(),
                "LND_RPC",
                "127.0.0.1:" + ports.rpc(),
                "LND_OPTIONS",
                String.join(
                    " ", options(name, "/data", ports, chain, Path.of("/btcd"), List.of()))));
    Lnd lnd =
        new Lnd(
            programs,
            chain,
            name,
            sample.volume("lnd_bitcoin_datadir"),
            ports,
            new ServiceMachine(sample),
            List.of());
    JsonNode seed = lnd.makeWallet();
    lnd.awaitReady();
    // As BTCPay's image keeps it.
    lnd.json.writeValue(
        lnd.chainFolder().resolve("walletunlock.json").toFile(),
        Map.of("wallet_password", PASSWORD, "cipher_seed_mnemonic", seed));
    return lnd;
  }

  private JsonNode makeWallet() throws Exception {
    JsonNode seed = await("a seed", () -> get("/v1/genseed")).path("cipher_seed_mnemonic");
    var _ =
        post(
            "/v1/initwallet",
            Map.of("wallet_password", PASSWORD_BASE64, "cipher_seed_mnemonic", seed));
    return seed;
  }

  /** Starts it again, as it is on disk, and waits until it is ready. */
  void start() throws Exception {
    launch();
    awaitReady();
  }

  /** Starts it. */
  void launch() throws IOException {
    machine.start(options(name, folder.toString(), ports, chain, chain.folder(), more));
  }

  private static List<String> options(
      String name, String folder, Ports ports, Chain chain, Path btcd, List<String> more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--lnddir=" + folder,
                "--adminmacaroonpath=" + folder + "/" + MACAROON,
                "--bitcoin.simnet",
                "--bitcoin.node=btcd",
                "--bitcoin.defaultchanconfs=1",
                "--btcd.rpchost=127.0.0.1:" + chain.rpcPort(),
                "--btcd.rpcuser=" + Chain.USER,
                "--btcd.rpcpass=" + Chain.PASSWORD,
                "--btcd.rpccert=" + btcd.resolve(Chain.CERTIFICATE),
                "--rpclisten=127.0.0.1:" + ports.rpc(),
                "--restlisten=127.0.0.1:" + ports.rest(),
                "--no-rest-tls",
                "--listen=127.0.0.1:" + ports.peer(),
                "--externalip=127.0.0.1:" + ports.peer(),
                "--nobootstrap",
                "--trickledelay=50",
                "--maxpendingchannels=10",
                "--alias=" + name));
    options.addAll(more);
    return options;
  }

  /** Waits until it serves, and is in step with the chain. */
  void awaitReady() throws Exception {
    var _ =
        await(
            "its server",
            () ->
                get("/v1/state").path("state").asText().equals("SERVER_ACTIVE")
                        && get("/v1/getinfo").path("synced_to_chain").asBoolean()
                    ? json.createObjectNode()
                    : null);
  }

  Path folder() {
    return folder;
  }

  /** Where its REST is. */
  String rest() {
    return "http://127.0.0.1:" + ports.rest();
  }

  boolean runs() {
    return machine.runs();
  }

  /** The deployment that it is a service of. */
  SampleDeployment deployment() {
    if (machine instanceof ServiceMachine(SampleDeployment sample)) {
      return sample;
    }
    throw new IllegalStateException(name + " is no service");
  }

  /**
   * The same node as a process of this host, ready, its wallet having looked for coins at addresses
   * that it has not given out; it must have ended.
   */
  Lnd lookingAhead() throws Exception {
    Lnd looking =
        new Lnd(
            programs,
            chain,
            name,
            folder,
            ports,
            new LocalMachine(programs.program("lnd"), folder.resolve("output.log")),
            List.of("--reset-wallet-transactions"));
    looking.launch();
    var _ =
        looking.await(
            "open wallet",
            () ->
                looking.post(
                    "/v1/unlockwallet",
                    Map.of("wallet_password", PASSWORD_BASE64, "recovery_window", LOOK_AHEAD)));
    looking.awaitReady();
    return looking;
  }

  /** The end of what it printed. */
  String tail() {
    return machine.tail();
  }

  private Path chainFolder() {
    return folder.resolve("data/chain/bitcoin/simnet");
  }

  Path channelBackup() {
    return chainFolder().resolve("channel.backup");
  }

  Path channelDatabase() {
    return folder.resolve("data/graph/simnet/channel.db");
  }

  String publicKey() throws Exception {
    return get("/v1/getinfo").path("identity_pubkey").asText();
  }

  /** The command for this node, up to its own words. */
  List<String> lncli() {
    return List.of(
        programs.program("lncli"),
        "--network=simnet",
        "--rpcserver=127.0.0.1:" + ports.rpc(),
        "--tlscertpath=" + folder.resolve("tls.cert"),
        "--macaroonpath=" + folder.resolve(MACAROON));
  }

  /** Runs {@code lncli} and returns what it printed; fails loudly if it does. */
  String lncli(String... words) {
    List<String> all = new ArrayList<>(lncli());
    all.addAll(List.of(words));
    return new Shell(Map.of()).run(all);
  }

  String newAddress() throws Exception {
    return get("/v1/newaddress").path("address").asText();
  }

  long onChain() throws Exception {
    return get("/v1/balance/blockchain").path("total_balance").asLong();
  }

  void connect(Lnd peer) throws Exception {
    String address = peer.publicKey() + "@127.0.0.1:" + peer.ports.peer();
    var _ =
        await(
            "connection to " + peer.name,
            () -> {
              String said = lncliAnyway("connect", address);
              return said.contains("already connected") || !said.contains("[lncli]")
                  ? json.createObjectNode()
                  : null;
            });
  }

  private String lncliAnyway(String... words) {
    try {
      return lncli(words);
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  void send(String address, long satoshis) throws Exception {
    var _ =
        post(
            "/v1/transactions",
            Map.of("addr", address, "amount", Long.toString(satoshis), "sat_per_vbyte", "2"));
  }

  /** Opens a channel and mines until it is usable; returns its funding outpoint. */
  String open(Lnd peer, long capacity, long pushed) throws Exception {
    return open(peer, capacity, pushed, (_, _) -> {});
  }

  /**
   * The same.
   *
   * @param sink told each of the node's notices about it, with the nanoTime it came at
   */
  String open(Lnd peer, long capacity, long pushed, BiConsumer<JsonNode, Long> sink)
      throws Exception {
    HttpRequest request =
        request("/v1/channels/stream")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    json.writeValueAsString(
                        Map.of(
                            "node_pubkey",
                            Base64.getEncoder()
                                .encodeToString(HexFormat.of().parseHex(peer.publicKey())),
                            "local_funding_amount",
                            Long.toString(capacity),
                            "push_sat",
                            Long.toString(pushed),
                            "sat_per_vbyte",
                            "2"))))
            .build();
    String point =
        await("a channel may be opened", () -> pending(request, sink)).path("point").asText();
    // Elsewhere the next block takes minutes.
    Thread.sleep(BLOCK_MILLIS);
    var _ = chain.mine(1);
    awaitActive(point);
    peer.awaitActive(point);
    return point;
  }

  /** The funding outpoint once it is pending; null if the node or its peer is not in step yet. */
  private @Nullable JsonNode pending(HttpRequest request, BiConsumer<JsonNode, Long> sink)
      throws Exception {
    CompletableFuture<JsonNode> first = new CompletableFuture<>();
    subscribe(
        request,
        (notice, at) -> {
          first.complete(notice);
          sink.accept(notice.path("result"), at);
        });
    JsonNode notice = first.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    JsonNode pending = notice.path("result").path("chan_pending");
    if (pending.isMissingNode()) {
      if (notice.toString().matches("(?s).*(sync|not online|Sync).*")) {
        return null;
      }
      throw new IllegalStateException(name + " opens no channel: " + notice);
    }
    byte[] hash = Base64.getDecoder().decode(pending.path("txid").asText());
    StringBuilder txid = new StringBuilder();
    for (int i = hash.length - 1; i >= 0; i--) {
      txid.append(HexFormat.of().toHexDigits(hash[i]));
    }
    return json.createObjectNode().put("point", txid + ":" + pending.path("output_index").asInt());
  }

  private void awaitActive(String point) throws Exception {
    var _ =
        await(
            "channel " + point + " is active",
            () -> {
              for (JsonNode channel : get("/v1/channels").path("channels")) {
                if (channel.path("channel_point").asText().equals(point)
                    && channel.path("active").asBoolean()) {
                  return channel;
                }
              }
              return null;
            });
  }

  /** Pays {@code satoshis} to {@code peer}. */
  void pay(Lnd peer, long satoshis) throws Exception {
    String request =
        peer.post("/v1/invoices", Map.of("value", Long.toString(satoshis)))
            .path("payment_request")
            .asText();
    var _ =
        await(
            "a payment to " + peer.name,
            () ->
                lncliAnyway("payinvoice", "--force", "--timeout=30s", request)
                        .matches("(?s).*(SUCCEEDED|already paid).*")
                    ? json.createObjectNode()
                    : null);
  }

  /** Closes a channel by agreement and mines it. */
  void close(String point) throws Exception {
    String[] parts = point.split(":", 2);
    var _ = lncli("closechannel", "--sat_per_vbyte=2", parts[0], parts[1]);
    var _ =
        await(
            "the channel is closed",
            () -> {
              var _ = chain.mine(1);
              for (JsonNode closed : get("/v1/channels/closed").path("channels")) {
                if (closed.path("channel_point").asText().equals(point)) {
                  return closed;
                }
              }
              return null;
            });
  }

  /** Whether the channel backup holds the channel; the node opens it with its own key. */
  boolean holds(ChannelBackup backup, String point) throws IOException, InterruptedException {
    String bytes = Base64.getEncoder().encodeToString(backup.bytes());
    JsonNode answer =
        post(
            "/v1/channels/backup/verify",
            Map.of("multi_chan_backup", Map.of("multi_chan_backup", bytes)));
    for (JsonNode held : answer.path("chan_points")) {
      if (held.asText().equals(point)) {
        return true;
      }
    }
    return false;
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return answer(request(path).timeout(Duration.ofSeconds(30)).GET().build());
  }

  JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return answer(
        request(path)
            .timeout(Duration.ofSeconds(60))
            .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
            .build());
  }

  private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(name + " " + request.uri().getPath() + ": " + answer.body());
    }
    return json.readTree(answer.body());
  }

  private HttpRequest.Builder request(String path) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(rest() + path));
    Path macaroon = folder.resolve(MACAROON);
    if (Files.exists(macaroon)) {
      var _ =
          request.header(
              "Grpc-Metadata-macaroon", HexFormat.of().formatHex(Files.readAllBytes(macaroon)));
    }
    return request;
  }

  /** Passes on each event of a stream with the nanoTime it came at, until the node ends. */
  void subscribe(String path, BiConsumer<JsonNode, Long> sink) throws IOException {
    subscribe(
        request(path).GET().build(), (message, at) -> sink.accept(message.path("result"), at));
  }

  private void subscribe(HttpRequest request, BiConsumer<JsonNode, Long> sink) {
    // LND sends not even headers before the first event.
    var _ =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
            .thenAcceptAsync(answer -> read(answer.body(), sink), run -> reader(run));
  }

  private static void reader(Runnable run) {
    var _ = Thread.ofPlatform().daemon().start(run);
  }

  private void read(InputStream body, BiConsumer<JsonNode, Long> sink) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line; (line = lines.readLine()) != null; ) {
        long at = System.nanoTime();
        sink.accept(json.readTree(line), at);
      }
    } catch (IOException e) {
      return; // the node ended
    }
  }

  /** Asks until there is an answer; null and failures of the connection mean not yet. */
  JsonNode await(String what, Callable<@Nullable JsonNode> question) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      if (!machine.runs()) {
        break;
      }
      try {
        JsonNode answer = question.call();
        if (answer != null) {
          return answer;
        }
      } catch (IOException e) {
        last = e;
      }
      Thread.sleep(50);
    }
    throw new IOException(name + ": no " + what + "\n" + tail(), last);
  }

  /** Ends as a power cut does. */
  void kill() {
    machine.kill();
  }

  /** Ends in good order, and can be started again. */
  void end() {
    machine.end();
  }

  @Override
  public void close() {
    end();
  }
}
