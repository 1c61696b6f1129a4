package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A database's container, running or not, that another one can be made after. Where the deployment
 * has none, compose makes it without starting it; when this closes, it is gone again, with the
 * networks and the empty volume that came with it.
 */
final class ModelContainer implements AutoCloseable {
  private final Engine engine;
  private final DatabaseKind kind;
  private final HostContainer container;
  private final boolean made;
  private final boolean volumeBefore;
  private final Set<String> networksBefore;

  private ModelContainer(
      Engine engine,
      DatabaseKind kind,
      HostContainer container,
      boolean made,
      boolean volumeBefore,
      Set<String> networksBefore) {
    this.engine = engine;
    this.kind = kind;
    this.container = container;
    this.made = made;
    this.volumeBefore = volumeBefore;
    this.networksBefore = networksBefore;
  }

  /**
   * The deployment's own, or one made for now.
   *
   * @throws DeploymentException of kind COMPOSE or DATABASE if there is none and none can be made
   */
  static ModelContainer of(Engine engine, Deployment deployment, DatabaseKind kind)
      throws DeploymentException, InterruptedException {
    Optional<HostContainer> there = deployment.database(kind);
    if (there.isPresent()) {
      return new ModelContainer(engine, kind, there.get(), false, true, Set.of());
    }
    boolean volume = engine.volume(kind.volume()).isPresent();
    Set<String> networks = new HashSet<>(engine.networks(Deployment.PROJECT));
    Compose.of(deployment.environment(), engine.host()).create(List.of(kind.service()));
    HostContainer container =
        engine.containers().stream()
            .filter(c -> c.is(Deployment.PROJECT, kind.service()))
            .findFirst()
            .orElseThrow(
                () ->
                    new DeploymentException(
                        Kind.DATABASE,
                        "docker-compose made no container for the service " + kind.service(),
                        "see docker-compose config"));
    return new ModelContainer(engine, kind, container, true, volume, networks);
  }

  HostContainer container() {
    return container;
  }

  @Override
  public void close() throws DeploymentException {
    if (!made) {
      return;
    }
    engine.remove(container.id());
    for (String network : engine.networks(Deployment.PROJECT)) {
      if (!networksBefore.contains(network)) {
        engine.removeNetwork(network);
      }
    }
    if (!volumeBefore) {
      engine.removeVolume(kind.volume());
    }
  }
}
