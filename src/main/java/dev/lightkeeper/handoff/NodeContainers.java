package dev.lightkeeper.handoff;

import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.handoff.LockJournal.LockedContainer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The containers in which locked nodes run, or would: all that can write into the folder of a
 * channel database, under whatever name compose or a person made them.
 */
final class NodeContainers {
  // They mount a node's volume to speak to it. Whatever is not known to be one is taken for a node.
  private static final Set<String> COMPANIONS =
      Set.of(
          "btcpayserver",
          "lnd_bitcoin_rtl",
          "clightning_bitcoin_rtl",
          "lnd_bitcoin_thub",
          "bitcoin_thub",
          "loopd",
          "tor");

  private static final String NO = "no";

  private final Engine engine;
  private final List<Path> folders;

  NodeContainers(Engine engine, Collection<Path> folders) {
    this.engine = engine;
    this.folders = List.copyOf(folders);
  }

  /** Those that exist now, running or not. */
  List<HostContainer> find() throws DeploymentException {
    return engine.containers().stream().filter(this::mayBeNode).toList();
  }

  private boolean mayBeNode(HostContainer container) {
    boolean companion =
        COMPANIONS.stream().anyMatch(service -> container.is(Deployment.PROJECT, service));
    return !companion && folders.stream().anyMatch(container::canWriteTo);
  }

  /** How they are, to be put back one day. */
  List<LockedContainer> describe() throws DeploymentException {
    return find().stream()
        .map(
            c ->
                new LockedContainer(
                    c.id(), c.name(), c.restartPolicy(), c.restartRetries(), c.startedAt()))
        .toList();
  }

  /** Docker starts none of them by itself any more. */
  void dropRestartPolicies() throws DeploymentException {
    for (HostContainer container : find()) {
      drop(engine, container);
    }
  }

  static void drop(Engine engine, HostContainer container) throws DeploymentException {
    boolean has = !container.restartPolicy().isEmpty() && !container.restartPolicy().equals(NO);
    if (has && !container.removedWhenStopped()) {
      engine.restartPolicy(container.id(), NO, 0);
    }
  }

  /** Gives those that still exist the restart policies they had. */
  static void restore(Engine engine, List<LockedContainer> former) throws DeploymentException {
    for (LockedContainer container : former) {
      Optional<HostContainer> now = engine.container(container.id());
      if (now.isPresent() && !container.restartPolicy().isEmpty()) {
        engine.restartPolicy(container.id(), container.restartPolicy(), container.retries());
      }
    }
  }
}
