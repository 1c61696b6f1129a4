package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.Claiming;
import dev.lightkeeper.handoff.Handoff;
import dev.lightkeeper.handoff.OfferDraft;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.handoff.OnDisk;
import dev.lightkeeper.handoff.Register;
import dev.lightkeeper.health.StatusFile;
import dev.lightkeeper.health.SystemdNotifier;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.stream.BackupOpener;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A node whose handoff another host claimed, and that runs on its source all the same. */
@ExtendWith(SharedDeployment.class)
class SplitBrainCareTest {
  private static final String LND = "btcpayserver_lnd_bitcoin";
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String SELF = "a".repeat(32);

  @TempDir Path dir;
  private final SampleDeployment sample;
  private Path state;
  private Node node;
  private Remote disk;
  private Handoff offer;

  SplitBrainCareTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  void handOffAndClaim() throws Exception {
    state = Files.createDirectory(dir.resolve("state"));
    Files.writeString(state.resolve("writer"), SELF);
    disk = new DirectoryRemote("disk", Files.createDirectory(dir.resolve("disk")));
    node =
        new Node(
            new NodeName("alice"),
            NodeKind.LND,
            sample
                .volume("lnd_bitcoin_datadir")
                .resolve("data/chain/bitcoin/mainnet/channel.backup"));
    await().atMost(SOON).until(() -> Files.exists(node.file()));
    var _ = sample.docker("stop", "-t", "2", LND);
    Sha256 archive = Sha256.of(new byte[1]);
    offer =
        new Offering(state, "old", SELF, null, InstantSource.system())
            .make(
                OfferDraft.make(),
                archive,
                OnDisk.databases(List.of(node)),
                List.of(node),
                List.of(disk))
            .offer();
    var _ =
        new Claiming(dir.resolve("other"), "b".repeat(32), "other", InstantSource.system())
            .claim(
                new Claiming.ArchiveSeen(archive, offer.id(), offer.key(), offer.databases(), null),
                Map.of(),
                List.of(disk));
  }

  @AfterEach
  void bringBack() {
    var _ = sample.docker("start", LND);
  }

  private Daemon daemon() {
    return new Daemon(
        List.of(node),
        List.of(disk),
        config(),
        SystemdNotifier.of(Map.of()),
        BackupOpener.WITHOUT_KEYS);
  }

  private Config config() {
    return new Config(
        dir.resolve("lightkeeper.toml"),
        state,
        List.of(new Config.NodeSection(node.name().value(), node.kind().id(), node.file())),
        List.of(),
        Config.WatchSection.DEFAULT,
        null,
        List.of(),
        new Config.StatusSection(List.of(), Set.of(), false));
  }

  private interface Running {
    void run() throws Exception;
  }

  private static Thread run(Running running) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                running.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  private List<String> alerts() throws Exception {
    return new StatusFile(state)
        .read().stream().flatMap(s -> s.alerts().stream()).map(a -> a.message()).toList();
  }

  @Test
  void it_is_stopped_on_the_source_once_nothing_locks_it_there() throws Exception {
    Files.delete(state.resolve("locked.json")); // by somebody who knows no better
    var _ = sample.docker("start", LND);
    Daemon daemon = daemon();
    GuardDaemon guard =
        new GuardDaemon(
            state,
            () -> new GuardDaemon.Settings(List.of(node), List.of(disk), new Messenger(config())),
            () -> Engine.open(sample.dockerHost()),
            SystemdNotifier.of(Map.of()));
    Thread guarding = run(guard::run);
    Thread watching = run(daemon::run);
    try {
      await().atMost(SOON).until(() -> !sample.running("lnd_bitcoin"));
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(alerts()).anyMatch(m -> m.contains("host other claimed its handoff")));

      var _ = sample.docker("start", LND);
      await().atMost(SOON).until(() -> !sample.running("lnd_bitcoin"));
    } finally {
      daemon.stop();
      guard.stop();
      watching.join();
      guarding.join();
    }
  }

  @Test
  void while_it_is_locked_its_old_host_neither_streams_it_nor_calls_itself_its_writer()
      throws Exception {
    assertThat(Register.away(state)).containsExactly(node.name());
    int announced;
    try (RemoteSession session = disk.connect()) {
      announced = session.writers(node.name()).size();
    }
    Daemon daemon = daemon();
    Thread watching = run(daemon::run);
    try {
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(new StatusFile(state).read()).isPresent());
      assertThat(alerts()).isEmpty();
      // Released, or by whatever way it is this host's again: then it is streamed.
      Files.delete(state.resolve("locked.json"));
      try (RemoteSession session = disk.connect()) {
        assertThat(session.writers(node.name())).hasSize(announced);
        await().atMost(SOON).until(() -> session.writers(node.name()).size() > announced);
      }
    } finally {
      daemon.stop();
      watching.join();
    }
  }
}
