package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.NodeHold;
import dev.lightkeeper.handoff.StopOrders;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.recover.StandInNode;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a stack that was started. */
@ExtendWith(SharedDeployment.class)
class HealthCheckTest {
  @TempDir Path state;
  private final SampleDeployment sample;
  private StandInNode lnd;
  private StandInNode cln;

  HealthCheckTest(SampleDeployment sample) {
    this.sample = sample;
  }

  @BeforeEach
  @AfterEach
  void nodesThatAnswer() {
    if (!sample.running("lnd_bitcoin")) {
      sample.up();
    }
    lnd = StandInNode.lnd(sample);
    cln = StandInNode.cln(sample);
  }

  private List<String> problems(@Nullable NodeHold hold) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new HealthCheck(
              engine, BtcpayEnvironment.read(sample.profile()), hold, Duration.ofSeconds(1))
          .run();
    }
  }

  @Test
  void a_stack_that_runs_and_answers_has_no_problem() throws Exception {
    assertThat(problems(null)).isEmpty();
    assertThat(lnd.calls("state")).isPositive();
    assertThat(cln.calls("getinfo")).isPositive();
  }

  @Test
  void a_node_that_still_reads_blocks_answers() throws Exception {
    lnd.set("synced", "false");
    cln.set("syncing", "yes");
    assertThat(problems(null)).isEmpty();
  }

  @Test
  void a_node_whose_rpc_is_silent_is_named() throws Exception {
    lnd.set("state");
    assertThat(problems(null))
        .singleElement()
        .asString()
        .contains("lnd_bitcoin", "does not answer", "connection refused");
  }

  @Test
  void a_wallet_that_is_locked_or_missing_is_said() throws Exception {
    lnd.set("state", "LOCKED");
    assertThat(problems(null)).singleElement().asString().contains("lnd_bitcoin", "unlocked");
    lnd.set("state", "NON_EXISTING");
    assertThat(problems(null)).singleElement().asString().contains("lnd_bitcoin", "no wallet");
  }

  @Test
  void a_node_that_the_guard_keeps_from_running_is_said_to_be_kept_on_purpose() throws Exception {
    NodeName name = new NodeName("alice");
    Path file =
        sample.volume("lnd_bitcoin_datadir").resolve("data/chain/bitcoin/mainnet/channel.backup");
    new StopOrders(state).give(name, "it runs on another host as well");
    var _ = sample.compose("stop", "lnd_bitcoin");

    assertThat(problems(new NodeHold(state, List.of(new Node(name, NodeKind.LND, file)))))
        .singleElement()
        .asString()
        .contains("lnd_bitcoin", "on purpose", "guard", "another host");
  }
}
