package dev.lightkeeper.realnodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.Shell;
import dev.lightkeeper.testing.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deployment with a real LND: backed up, streamed, lost with all its volumes, restored. */
@Tag("real-nodes")
class LostServerTest {
  // Commitment (at most 10 sat/vB), its anchors and the sweep, for each channel.
  private static final long MOST_FEES = 15_000;
  private static final long BLOCK_MILLIS = 1_500;

  @TempDir static Path folder;
  private static Trio trio;
  private static TestEngine engine;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/proc/sys/kernel/hostname")), "a Docker Engine needs root");
    trio = Trio.start(folder.resolve("nodes"));
    engine = TestEngine.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (engine != null) {
      engine.close();
    }
    if (trio != null) {
      trio.close();
    }
  }

  @Test
  void a_lost_server_comes_back_without_old_channel_state_and_with_the_funds_of_every_channel()
      throws Exception {
    Path btcpay = folder.resolve("btcpay");
    try (Lnd shop = trio.deploy("shop", engine, btcpay);
        RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      SampleDeployment sample = shop.deployment();
      Command lightkeeper =
          new Command(
              folder.resolve("lightkeeper.log"),
              Map.of(
                  "DOCKER_HOST",
                  sample.dockerHost().toString(),
                  "BTCPAY_BACKUP_PASSPHRASE",
                  "correct horse"));
      Path config = configure(shop, sample, sshd);
      String identity = shop.publicKey();
      shop.connect(trio.bob());
      shop.connect(trio.carol());
      String first = shop.open(trio.bob(), 1_000_000, 300_000);
      shop.end();
      // An operator's own copy, under a name of his own: it goes into the archive.
      Path copy = shop.folder().resolve("before-the-update");
      Files.copy(shop.channelDatabase(), copy);
      String old = Sha256.of(Files.readAllBytes(copy)).hex();
      shop.start();
      succeed(lightkeeper, "backup", "--config", config.toString());
      shop.awaitReady();

      Process watch = lightkeeper.start("watch", "--config", config.toString());
      shop.connect(trio.bob());
      shop.connect(trio.carol());
      String second = shop.open(trio.carol(), 500_000, 100_000);
      String third = trio.bob().open(shop, 800_000, 200_000);
      shop.pay(trio.bob(), 20_000);
      shop.pay(trio.carol(), 10_000);
      trio.bob().pay(shop, 5_000);
      long inChannels = inChannels(shop);
      long owned = shop.onChain() + inChannels;
      Offsite.awaitDurable(sshd, "shop", shop);
      shop.kill();
      // Whatever happened to the dying server: its newest version is another node's file.
      Files.copy(
          trio.bob().channelBackup(), shop.channelBackup(), StandardCopyOption.REPLACE_EXISTING);
      Offsite.awaitDurable(sshd, "shop", shop);
      watch.destroyForcibly();
      assertThat(watch.waitFor(1, TimeUnit.MINUTES)).isTrue();
      lose(sample);

      succeed(lightkeeper, restore(sample, sshd));

      shop.awaitReady();
      assertThat(shop.publicKey()).isEqualTo(identity);
      assertThat(channels(shop)).isEmpty();
      assertThat(hashes(sample)).isNotEmpty().doesNotContain(old);
      lose(sample);

      Process recovery = lightkeeper.start(restore(sample, sshd, "--recover"));
      while (!recovery.waitFor(BLOCK_MILLIS, TimeUnit.MILLISECONDS)) {
        var _ = trio.chain().mine(1);
      }
      assertThat(recovery.exitValue()).as(() -> text(lightkeeper.log())).isZero();
      assertThat(lightkeeper.log()).content().contains("cannot open the channel backup");
      assertThat(closed(shop)).containsExactlyInAnyOrder(first, second, third);
      assertThat(shop.get("/v1/channels/pending").path("total_limbo_balance").asLong()).isZero();
      assertThat(shop.onChain()).isBetween(inChannels - MOST_FEES * 3, inChannels);
      shop.end();
      // Its wallet is the archive's: it has yet to look for the change of what it paid since.
      try (Lnd looking = shop.lookingAhead()) {
        assertThat(looking.onChain()).isBetween(owned - MOST_FEES * 3, owned);
      }
    }
  }

  private static Path configure(Lnd shop, SampleDeployment sample, RealSshd sshd)
      throws IOException {
    return Files.writeString(
        folder.resolve("lightkeeper.toml"),
        """
        state = "%s"
        [nodes.shop]
        kind = "lnd"
        file = "%s"
        [remotes.offsite]
        url = "%s"
        key = "%s"
        known_hosts = "%s"
        [backup]
        environment = "%s"
        [status]
        listen = "off"
        """
            .formatted(
                folder.resolve("state"),
                shop.channelBackup(),
                Offsite.url(sshd),
                sshd.clientKey(),
                sshd.knownHosts(),
                sample.profile()));
  }

  /** On a new server, which knows nothing but the remote. */
  private static String[] restore(SampleDeployment sample, RealSshd sshd, String... more) {
    return Stream.concat(
            Stream.of(
                "restore",
                "latest",
                "--yes",
                "--remote",
                Offsite.url(sshd),
                "--key",
                sshd.clientKey().toString(),
                "--known-hosts",
                sshd.knownHosts().toString(),
                "--environment",
                sample.profile().toString(),
                "--config",
                folder.resolve("no-configuration").toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static void succeed(Command lightkeeper, String... words) throws Exception {
    int code = lightkeeper.run(words);
    assertThat(code).as(() -> text(lightkeeper.log())).isZero();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Every container, volume and network, and what Lightkeeper kept beside them. */
  private static void lose(SampleDeployment sample) {
    Path root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
    var _ = sample.compose("kill");
    var _ = sample.compose("down", "-v");
    var _ =
        new Shell(Map.of())
            .run(
                "rm",
                "-rf",
                root.resolve("lightkeeper-restore").toString(),
                root.resolve("volumes/backup_datadir").toString());
  }

  private static long inChannels(Lnd node) throws Exception {
    return node.get("/v1/balance/channels").path("local_balance").path("sat").asLong();
  }

  /** Open, pending and closing ones. */
  private static List<JsonNode> channels(Lnd node) throws Exception {
    JsonNode pending = node.get("/v1/channels/pending");
    return Stream.of(
            node.get("/v1/channels").path("channels"),
            pending.path("pending_open_channels"),
            pending.path("waiting_close_channels"),
            pending.path("pending_force_closing_channels"))
        .flatMap(JsonNode::valueStream)
        .toList();
  }

  private static List<String> closed(Lnd node) throws Exception {
    return node.get("/v1/channels/closed")
        .path("channels")
        .valueStream()
        .map(c -> c.path("channel_point").asText())
        .toList();
  }

  /** Of every file in the volumes of the deployment that was restored. */
  private static List<String> hashes(SampleDeployment sample) {
    Path volumes = sample.volume("lnd_bitcoin_datadir").resolve("../..").normalize();
    return new Shell(Map.of())
        .run(
            "bash",
            "-c",
            "find \"$1\" -path '*/generated_*' -type f -size -64M -exec sha256sum {} + | cut"
                + " -c1-64",
            "test",
            volumes.toString())
        .lines()
        .toList();
  }
}
