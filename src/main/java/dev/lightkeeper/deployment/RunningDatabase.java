package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A database that runs and answers for as long as this is open, and is then left as it was found:
 * running, paused, stopped or without a container.
 */
public final class RunningDatabase implements AutoCloseable {
  /** How it was before. */
  private enum Found {
    RUNNING,
    PAUSED,
    STOPPED,
    REMOVED
  }

  private final Engine engine;
  private final Duration stopTimeout;
  private final HostContainer container;
  private final Found found;
  private final Set<String> networksBefore;
  private final DatabaseAnswer answer;

  private RunningDatabase(
      Engine engine,
      Duration stopTimeout,
      DatabaseKind kind,
      HostContainer container,
      Found found,
      Set<String> networksBefore) {
    this.engine = engine;
    this.stopTimeout = stopTimeout;
    this.container = container;
    this.found = found;
    this.networksBefore = networksBefore;
    this.answer = new DatabaseAnswer(engine, kind, container);
  }

  /**
   * The kinds of database the deployment has: a container, or a volume and a service in the compose
   * file while containers are removed.
   */
  public static List<DatabaseKind> kinds(Engine engine, Deployment deployment)
      throws DeploymentException, InterruptedException {
    List<DatabaseKind> kinds = new ArrayList<>();
    for (DatabaseKind kind : DatabaseKind.values()) {
      if (deployment.database(kind).isPresent()
          || (engine.volume(kind.volume()).isPresent()
              && Compose.of(deployment.environment(), engine.host())
                  .services()
                  .contains(kind.service()))) {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  /**
   * Makes sure it runs and is ready.
   *
   * @throws DeploymentException of kind DATABASE if it is not ready in time, and is then left as it
   *     was found; of kind NO_DEPLOYMENT if its volume does not exist
   */
  public static RunningDatabase ensure(Engine engine, Deployment deployment, DatabaseKind kind)
      throws DeploymentException, InterruptedException {
    Set<String> networks = new HashSet<>(engine.networks(Deployment.PROJECT));
    Duration stopTimeout = deployment.environment().composeTimeout();
    Optional<HostContainer> there = deployment.database(kind);
    if (there.isPresent()) {
      there = engine.container(there.get().id());
    }
    Found found =
        there
            .map(
                c ->
                    switch (c.state()) {
                      case RUNNING, RESTARTING -> Found.RUNNING;
                      case PAUSED -> Found.PAUSED;
                      case CREATED, EXITED, DEAD, REMOVING -> Found.STOPPED;
                    })
            .orElse(Found.REMOVED);
    HostContainer container = there.isPresent() ? there.get() : make(engine, deployment, kind);
    RunningDatabase database =
        new RunningDatabase(engine, stopTimeout, kind, container, found, networks);
    try {
      switch (found) {
        case PAUSED -> engine.unpause(container.id());
        case STOPPED -> engine.start(container.id());
        case RUNNING, REMOVED -> {}
      }
      database.answer.awaitReady(deployment.environment().databaseTimeout());
    } catch (DeploymentException | InterruptedException e) {
      try {
        database.close();
      } catch (DeploymentException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    return database;
  }

  private static HostContainer make(Engine engine, Deployment deployment, DatabaseKind kind)
      throws DeploymentException, InterruptedException {
    // Compose would make an empty volume, and the dump of an empty database look well.
    if (engine.volume(kind.volume()).isEmpty()) {
      throw new DeploymentException(
          Kind.NO_DEPLOYMENT,
          "there is neither a " + kind.service() + " container nor its volume " + kind.volume(),
          "start BTCPay Server once: btcpay-up.sh");
    }
    Compose.of(deployment.environment(), engine.host()).up(List.of(kind.service()));
    return engine.containers().stream()
        .filter(c -> c.is(Deployment.PROJECT, kind.service()))
        .findFirst()
        .orElseThrow(
            () ->
                new DeploymentException(
                    Kind.DATABASE,
                    "docker-compose made no container for the service " + kind.service(),
                    "see docker-compose logs " + kind.service()));
  }

  /** Its container. */
  public HostContainer container() {
    return container;
  }

  /** Whether the database did not run before. */
  public boolean startedHere() {
    return found != Found.RUNNING;
  }

  /** Leaves it as it was found. */
  @Override
  public void close() throws DeploymentException {
    switch (found) {
      case RUNNING -> {}
      case PAUSED -> engine.pause(container.id());
      case STOPPED -> engine.stop(container.id(), stopTimeout);
      case REMOVED -> {
        engine.stop(container.id(), stopTimeout);
        engine.remove(container.id());
        for (String network : engine.networks(Deployment.PROJECT)) {
          if (!networksBefore.contains(network)) {
            engine.removeNetwork(network);
          }
        }
      }
    }
  }
}
