package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.deployment.HttpAnswer;
import dev.lightkeeper.deployment.RunningDatabase;
import dev.lightkeeper.handoff.NodeHold;
import dev.lightkeeper.recover.BtcpayNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the stack came up, stays up, and its databases, its nodes and BTCPay Server answer.
 *
 * @param hold what the guard keeps from running; null if this host has no guard's state
 * @param patience how long nodes are asked
 */
record HealthCheck(
    Engine engine, BtcpayEnvironment environment, @Nullable NodeHold hold, Duration patience) {
  /** A node may have to read its database and wait for bitcoind first. */
  static final Duration TO_ANSWER_RPC = Duration.ofSeconds(90);

  private static final Duration TO_START = Duration.ofSeconds(60);

  /** From its own start on. */
  private static final Duration TO_STAY = Duration.ofMillis(1500);

  /** It brings its database up to date first. */
  private static final Duration TO_ANSWER = Duration.ofMinutes(3);

  private static final String BTCPAY = "btcpayserver";
  private static final long POLL_MILLIS = 250;

  /** What is not as it should be: one sentence each. */
  List<String> run() throws DeploymentException, InterruptedException {
    // Compose has made a container for each service, or has said why not.
    List<String> services =
        Deployment.discover(engine, environment).containers().stream()
            .map(HostContainer::compose)
            .filter(Objects::nonNull)
            .filter(c -> !c.oneOff())
            .map(HostContainer.ComposeLabels::service)
            .distinct()
            .sorted()
            .toList();
    NodeCheck nodes = new NodeCheck(engine, hold, patience);
    List<String> held = new ArrayList<>();
    for (String service : services) {
      Optional<BtcpayNode> node = BtcpayNode.of(service);
      if (node.isPresent() && nodes.held(node.get()).isPresent()) {
        held.add(service);
      }
    }
    long deadline = System.nanoTime() + TO_START.toNanos();
    while (!missing(services, held, running()).isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(POLL_MILLIS);
    }
    Map<String, String> first = running();
    List<String> problems = new ArrayList<>();
    // To ask takes about as long as they have to stay.
    askDatabases(problems);
    for (String service : services) {
      Optional<BtcpayNode> node = BtcpayNode.of(service);
      if (node.isPresent() && (first.containsKey(service) || held.contains(service))) {
        nodes.ask(node.get()).ifPresent(problems::add);
      }
    }
    askBtcpay(problems);
    awaitStay(first);
    Map<String, String> second = running();
    for (String service : services) {
      if (!second.containsKey(service) && !held.contains(service)) {
        problems.add(
            "service %s does not run: see docker-compose logs --tail 50 %s"
                .formatted(service, service));
      } else if (first.containsKey(service)
          && second.containsKey(service)
          && !second.get(service).equals(first.get(service))) {
        problems.add(
            "service %s starts again and again: see docker-compose logs --tail 50 %s"
                .formatted(service, service));
      }
    }
    return problems;
  }

  /** Until each has run for long enough. */
  private static void awaitStay(Map<String, String> running) throws InterruptedException {
    Instant now = Instant.now();
    Duration left = Duration.ZERO;
    for (String started : running.values()) {
      Duration of = Duration.between(now, started(started, now).plus(TO_STAY));
      left = of.compareTo(left) > 0 ? of : left;
    }
    // Whatever clock the Engine has.
    Thread.sleep(left.compareTo(TO_STAY) > 0 ? TO_STAY : left);
  }

  private static Instant started(String spelled, Instant otherwise) {
    try {
      return Instant.parse(spelled);
    } catch (DateTimeParseException e) {
      return otherwise;
    }
  }

  private void askDatabases(List<String> problems)
      throws DeploymentException, InterruptedException {
    Deployment deployment = Deployment.discover(engine, environment);
    for (DatabaseKind kind : RunningDatabase.kinds(engine, deployment)) {
      try (RunningDatabase database = RunningDatabase.ensure(engine, deployment, kind)) {
        var _ = database.container();
      } catch (DeploymentException e) {
        problems.add(e.what() + ": " + e.remedy());
      }
    }
  }

  private void askBtcpay(List<String> problems) throws DeploymentException, InterruptedException {
    for (HostContainer container : Deployment.discover(engine, environment).containers()) {
      if (container.is(Deployment.PROJECT, BTCPAY)
          && container.state() == HostContainer.State.RUNNING
          && new HttpAnswer(engine).await(container.id(), TO_ANSWER) == HttpAnswer.Outcome.SILENT) {
        problems.add(
            "BTCPay Server does not answer on its port after %d s: see docker logs --tail 50 %s"
                .formatted(TO_ANSWER.toSeconds(), container.name()));
      }
    }
  }

  private static List<String> missing(
      List<String> services, List<String> held, Map<String, String> running) {
    return services.stream().filter(s -> !running.containsKey(s) && !held.contains(s)).toList();
  }

  /** The services that run, with the time they were started. */
  private Map<String, String> running() throws DeploymentException {
    return engine.containers().stream()
        .filter(c -> c.in(Deployment.PROJECT) && c.state() == HostContainer.State.RUNNING)
        .filter(c -> c.compose() != null)
        .collect(
            Collectors.toMap(
                c -> c.compose() == null ? "" : c.compose().service(),
                HostContainer::startedAt,
                (a, _) -> a));
  }
}
