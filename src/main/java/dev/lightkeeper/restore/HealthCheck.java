package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.deployment.HttpAnswer;
import dev.lightkeeper.deployment.RunningDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** Whether the stack came up, stays up, and its databases and BTCPay Server answer. */
final class HealthCheck {
  private static final Duration TO_START = Duration.ofSeconds(60);
  private static final Duration TO_STAY = Duration.ofSeconds(3);

  /** It brings its database up to date first. */
  private static final Duration TO_ANSWER = Duration.ofMinutes(3);

  private static final String BTCPAY = "btcpayserver";
  private static final long POLL_MILLIS = 250;

  private final Engine engine;
  private final BtcpayEnvironment environment;

  HealthCheck(Engine engine, BtcpayEnvironment environment) {
    this.engine = engine;
    this.environment = environment;
  }

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
    long deadline = System.nanoTime() + TO_START.toNanos();
    while (!missing(services, running()).isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(POLL_MILLIS);
    }
    Map<String, String> first = running();
    Thread.sleep(TO_STAY);
    Map<String, String> second = running();
    List<String> problems = new ArrayList<>();
    for (String service : services) {
      if (!second.containsKey(service)) {
        problems.add(
            "service %s does not run: see docker-compose logs --tail 50 %s"
                .formatted(service, service));
      } else if (first.containsKey(service) && !second.get(service).equals(first.get(service))) {
        problems.add(
            "service %s starts again and again: see docker-compose logs --tail 50 %s"
                .formatted(service, service));
      }
    }
    Deployment deployment = Deployment.discover(engine, environment);
    for (DatabaseKind kind : RunningDatabase.kinds(engine, deployment)) {
      try (RunningDatabase database = RunningDatabase.ensure(engine, deployment, kind)) {
        var _ = database.container();
      } catch (DeploymentException e) {
        problems.add(e.what() + ": " + e.remedy());
      }
    }
    askBtcpay(deployment, problems);
    return problems;
  }

  private void askBtcpay(Deployment deployment, List<String> problems)
      throws DeploymentException, InterruptedException {
    for (HostContainer container : deployment.containers()) {
      if (container.is(Deployment.PROJECT, BTCPAY)
          && container.state() == HostContainer.State.RUNNING
          && new HttpAnswer(engine).await(container.id(), TO_ANSWER) == HttpAnswer.Outcome.SILENT) {
        problems.add(
            "BTCPay Server does not answer on its port after %d s: see docker logs --tail 50 %s"
                .formatted(TO_ANSWER.toSeconds(), container.name()));
      }
    }
  }

  private static List<String> missing(List<String> services, Map<String, String> running) {
    return services.stream().filter(s -> !running.containsKey(s)).toList();
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
