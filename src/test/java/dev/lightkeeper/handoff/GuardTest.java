package dev.lightkeeper.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import dev.lightkeeper.testing.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** On a real Docker Engine and a real sshd: whatever starts a locked node, it does not run. */
@ExtendWith(SharedDeployment.class)
class GuardTest {
  private static final String LND = "btcpayserver_lnd_bitcoin";
  private static final String CLN = "btcpayserver_clightning_bitcoin";
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path dir;
  private final AlertBook alerts = new AlertBook(InstantSource.system());
  private final SampleDeployment sample;
  private RealSshd sshd;
  private List<Remote> remotes;
  private List<Node> nodes;
  private Engine engine;
  private Handoff offer;

  GuardTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  void offer() throws Exception {
    sshd = RealSshd.startObeyingModes(dir.resolve("sshd"), RealSshd.WRITE_ONCE);
    Site.prepare(sshd, List.of("lnd", "cln"));
    remotes = List.of(sshd.remote("offsite"));
    engine = Engine.open(sample.dockerHost());
    nodes =
        List.of(
            new Node(
                new NodeName("lnd"),
                NodeKind.LND,
                sample
                    .volume("lnd_bitcoin_datadir")
                    .resolve("data/chain/bitcoin/mainnet/channel.backup")),
            new Node(
                new NodeName("cln"),
                NodeKind.CLN,
                sample.volume("clightning_bitcoin_datadir").resolve("bitcoin/emergency.recover")));
    await().atMost(SOON).until(() -> nodes.stream().allMatch(n -> n.file().toFile().exists()));
    var _ = sample.docker("stop", "-t", "2", LND, CLN);
    offer =
        new Offering(dir, "old", Site.WRITER, engine, InstantSource.system())
            .make(OfferDraft.make(), Site.ARCHIVE, OnDisk.databases(nodes), nodes, remotes)
            .offer();
  }

  @AfterEach
  void bringBack() throws Exception {
    engine.close();
    sshd.close();
    var _ = sample.docker("update", "--restart=unless-stopped", LND, CLN);
    var _ = sample.docker("start", LND, CLN);
  }

  private Guard guard() {
    return new Guard(
        dir,
        "old",
        remotes,
        () -> Engine.open(sample.dockerHost()),
        alerts,
        InstantSource.system());
  }

  private String policy(String container) {
    return sample.docker("inspect", "-f", "{{.HostConfig.RestartPolicy.Name}}", container);
  }

  private void assertVoidOnTheRemote() {
    assertThatThrownBy(() -> Site.claim(Site.destination(dir.resolve("b"), 'b'), offer, remotes))
        .isInstanceOf(HandoffException.class)
        .hasMessageContaining("void")
        .hasMessageContaining("was started");
    assertThat(alerts.open())
        .singleElement()
        .satisfies(a -> assertThat(a.kind()).isEqualTo("handoff"));
  }

  @Test
  void a_locked_node_is_not_started_by_docker_itself_and_stays_offered() throws Exception {
    assertThat(List.of(policy(LND), policy(CLN))).containsOnly("no");

    try (Guard guard = guard()) {
      Guard.Round round = guard.round();
      assertThat(round.stopped()).isEmpty();
      assertThat(round.voided()).isNull();
      assertThat(round.problems()).isEmpty();
      assertThat(round.holding()).hasSize(2);
    }
    assertThat(sample.running("btcpayserver")).as("it only talks to the node").isTrue();
  }

  @Test
  void docker_start_is_undone_and_makes_the_offer_void() throws Exception {
    try (Guard guard = guard()) {
      var _ = guard.round();
      AtomicBoolean told = new AtomicBoolean();
      try (AutoCloseable events = guard.listen(() -> told.set(true), () -> {})) {
        assertThat(events).isNotNull();
        var _ = sample.docker("start", LND);
        await().atMost(SOON).untilTrue(told);
      }
      Guard.Round round = guard.round();
      assertThat(round.stopped()).containsExactly(LND);
      assertThat(round.owed()).isEmpty();
    }
    assertThat(sample.running("lnd_bitcoin")).isFalse();
    assertVoidOnTheRemote();
  }

  @Test
  void compose_up_is_undone_and_makes_the_offer_void() throws Exception {
    var _ = sample.docker("rm", CLN);
    try (Guard guard = guard()) {
      var _ = guard.round();
      var _ = sample.compose("up", "-d", "clightning_bitcoin");
      assertThat(policy(CLN)).as("as compose made it").isEqualTo("unless-stopped");

      assertThat(guard.round().stopped()).containsExactly(CLN);
      assertThat(policy(CLN)).isEqualTo("no");
    }
    assertThat(sample.running("clightning_bitcoin")).isFalse();
    assertVoidOnTheRemote();
  }

  @Test
  void a_node_that_dockerd_starts_with_itself_is_stopped_and_the_offer_void() throws Exception {
    // As if somebody had put the policy back, and the guard was down meanwhile.
    var _ = sample.docker("update", "--restart=always", LND);
    sample.engine().stop();
    sample.engine().restart();
    await().atMost(SOON).until(() -> sample.running("lnd_bitcoin"));

    try (Guard guard = guard()) {
      assertThat(guard.round().stopped()).containsExactly(LND);
    }
    assertThat(sample.running("lnd_bitcoin")).isFalse();
    assertThat(policy(LND)).isEqualTo("no");
    assertVoidOnTheRemote();
  }

  @Test
  void a_guard_outlives_a_restart_of_dockerd_and_goes_on_holding() throws Exception {
    try (Guard guard = guard()) {
      var _ = guard.round();
      sample.engine().stop();
      Guard.Round down = guard.round();
      assertThat(down.problems()).isNotEmpty();
      assertThat(down.holding()).hasSize(2);
      assertThatThrownBy(
              () ->
                  new Shell(Map.of())
                      .run(
                          "flock",
                          "-n",
                          ChannelDatabases.folder(nodes.getFirst())
                              .resolve("channel.db")
                              .toString(),
                          "true"))
          .hasMessageContaining("ended with 1");
      sample.engine().restart();

      Guard.Round up = guard.round();
      assertThat(up.problems()).isEmpty();
      assertThat(up.voided()).isNull();
      assertThat(sample.running("lnd_bitcoin")).isFalse();
    }
  }

  @Test
  void a_database_that_was_replaced_by_its_copy_is_locked_in_its_place() throws Exception {
    Path database = ChannelDatabases.folder(nodes.getFirst()).resolve("channel.db");
    Path copy = database.resolveSibling("copy");
    Shell shell = new Shell(Map.of());
    try (Guard guard = guard()) {
      var _ = guard.round();
      var _ = shell.run("cp", "-a", database.toString(), copy.toString());
      var _ = shell.run("mv", copy.toString(), database.toString());

      Guard.Round round = guard.round();
      assertThat(round.voided()).isNull();
      assertThat(round.problems()).isEmpty();
      assertThat(round.holding()).hasSize(2);
      assertThatThrownBy(() -> shell.run("flock", "-n", database.toString(), "true"))
          .hasMessageContaining("ended with 1");
    }
  }

  @Test
  void a_run_that_was_over_before_the_guard_looked_is_seen() throws Exception {
    var _ = sample.docker("start", LND);
    var _ = sample.docker("stop", "-t", "2", LND);

    try (Guard guard = guard()) {
      assertThat(guard.round().voided()).contains("was started");
    }
  }

  @Test
  void released_it_has_its_restart_policy_back() throws Exception {
    var _ =
        new Release(
                dir, "old", remotes, () -> Engine.open(sample.dockerHost()), InstantSource.system())
            .run(false);

    assertThat(List.of(policy(LND), policy(CLN))).containsOnly("unless-stopped");
    var _ = sample.docker("start", LND);
    try (Guard guard = guard()) {
      assertThat(guard.round().stopped()).isEmpty();
    }
    assertThat(sample.running("lnd_bitcoin")).isTrue();
  }
}
