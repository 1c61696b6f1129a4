package dev.lightkeeper.realnodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes the files in {@code src/test/resources/dev/lightkeeper/scb/lnd-0.21}. */
public final class Capture {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Trio trio;
  private final Path target;
  private byte[] last = {};

  private Capture(Trio trio, Path target) {
    this.trio = trio;
    this.target = target;
  }

  /** Arguments: an empty folder to work in, the folder to write to. */
  public static void main(String[] args) throws Exception {
    try (Trio trio =
        Trio.start(Path.of(args[0]).toAbsolutePath(), "--protocol.simple-taproot-chans")) {
      new Capture(trio, Files.createDirectories(Path.of(args[1]))).run();
    }
  }

  private void run() throws Exception {
    Lnd alice = trio.alice();
    key(alice, "key.json");
    key(trio.bob(), "bob-key.json");
    capture("0-channels");
    alice.connect(trio.bob());
    alice.connect(trio.carol());
    String first = alice.open(trio.bob(), 5_000_000, 1_000_000);
    capture("1-channel");
    var _ = alice.open(trio.carol(), 250_000, 100_000);
    var _ = trio.bob().open(alice, 16_777_215, 8_000_000);
    capture("3-channels");
    for (int i = 0; i < 5; i++) {
      alice.pay(trio.bob(), 10_000 + i);
    }
    var _ = trio.chain().mine(6);
    Thread.sleep(5_000);
    alice.close();
    alice.start();
    capture("3-channels-after-payments-and-restart");
    alice.close(first);
    capture("2-channels-after-close");
    archives(alice);
    Files.copy(trio.bob().channelBackup(), target.resolve("bob.channel.backup"));
    list(trio.bob(), "bob");
  }

  private void key(Lnd node, String name) throws Exception {
    JsonNode answer = node.post("/v2/wallet/key", Map.of("key_family", 7, "key_index", 0));
    byte[] publicKey = Base64.getDecoder().decode(answer.path("raw_key_bytes").asText());
    Map<String, String> key = new TreeMap<>();
    key.put("public_key", HexFormat.of().formatHex(publicKey));
    key.put(
        "key", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey)));
    key.put("identity_pubkey", node.publicKey());
    key.put("version", node.get("/v1/getinfo").path("version").asText());
    JSON.writeValue(target.resolve(name).toFile(), key);
  }

  /** Once the file has changed and stays as it is. */
  private void capture(String name) throws Exception {
    byte[] now;
    do {
      now = Files.readAllBytes(trio.alice().channelBackup());
      Thread.sleep(2_000);
    } while (Arrays.equals(now, last)
        || !Arrays.equals(now, Files.readAllBytes(trio.alice().channelBackup())));
    last = now;
    Files.write(target.resolve(name + ".channel.backup"), now);
    list(trio.alice(), name);
    System.out.println(name + ": " + now.length + " bytes");
  }

  private void list(Lnd node, String name) throws IOException {
    Files.writeString(target.resolve(name + ".listchannels.json"), node.lncli("listchannels"));
    Files.writeString(
        target.resolve(name + ".verifychanbackup.json"),
        node.lncli("verifychanbackup", "--multi_file=" + node.channelBackup()));
  }

  private void archives(Lnd node) throws IOException {
    Path folder = node.channelBackup().resolveSibling("chan-backup-archives");
    Path copies = Files.createDirectories(target.resolve("chan-backup-archives"));
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        Files.copy(file, copies.resolve(file.getFileName()));
      }
    }
  }
}
