package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.handoff.NodeHold;
import dev.lightkeeper.recover.BtcpayNode;
import dev.lightkeeper.recover.NodeState;
import dev.lightkeeper.recover.RecoverException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node's RPC answers.
 *
 * @param hold what the guard keeps from running; null if this host has no guard's state
 * @param limit how long it is asked
 */
record NodeCheck(Engine engine, @Nullable NodeHold hold, Duration limit) {
  private static final long POLL_MILLIS = 250;

  /** Why the guard keeps the node of this service from running; empty if it does not. */
  Optional<String> held(BtcpayNode node) throws DeploymentException {
    Optional<Path> folder = engine.volume("generated_" + node.service() + "_datadir");
    if (hold == null || folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      return hold.of(folder.get());
    } catch (HandoffException e) {
      return Optional.of(e.what());
    } catch (IOException e) {
      return Optional.of("what the guard keeps cannot be read: " + e.getMessage());
    }
  }

  /** Asks until it answers; returns what is not as it should be, in one sentence. */
  Optional<String> ask(BtcpayNode node) throws DeploymentException, InterruptedException {
    Optional<String> held = held(node);
    if (held.isPresent()) {
      return held.map(
          why -> "node %s does not answer, on purpose: %s".formatted(node.service(), why));
    }
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<String> problem = problem(node);
      if (problem.isEmpty() || System.nanoTime() > deadline) {
        return problem;
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private Optional<String> problem(BtcpayNode node) throws InterruptedException {
    try {
      return switch (node.state(engine)) {
        case NodeState.Silent(String why) ->
            Optional.of(
                "node %s does not answer on its RPC after %d s: %s; see docker-compose logs --tail 50 %s"
                    .formatted(node.service(), limit.toSeconds(), why, node.service()));
        case NodeState.Locked() ->
            Optional.of(
                "node %s waits for its wallet to be unlocked: see BTCPay Server's settings, or lncli"
                        .formatted(node.service())
                    + " unlock");
        case NodeState.Starting _, NodeState.Syncing _, NodeState.Ready _ -> Optional.empty();
      };
    } catch (RecoverException e) {
      return Optional.of("node %s: %s: %s".formatted(node.service(), e.what(), e.remedy()));
    }
  }
}
