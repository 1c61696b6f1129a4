package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  private static final long POLL_MILLIS = 100;

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

  private RunningDatabase(
      Engine engine,
      Duration stopTimeout,
      HostContainer container,
      Found found,
      Set<String> networksBefore) {
    this.engine = engine;
    this.stopTimeout = stopTimeout;
    this.container = container;
    this.found = found;
    this.networksBefore = networksBefore;
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
    RunningDatabase database = new RunningDatabase(engine, stopTimeout, container, found, networks);
    try {
      switch (found) {
        case PAUSED -> engine.unpause(container.id());
        case STOPPED -> engine.start(container.id());
        case RUNNING, REMOVED -> {}
      }
      database.awaitReady(kind, deployment.environment().databaseTimeout());
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

  private void awaitReady(DatabaseKind kind, Duration limit)
      throws DeploymentException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Tail said = new Tail(4 * 1024);
    while (true) {
      try (ExecStream exec =
          ExecStream.start(engine, container, DatabaseProgram.of(kind).ready(), false)) {
        if (exec.drain(said, said, limit.plusSeconds(1)) == 0) {
          return;
        }
      } catch (IOException | DeploymentException e) {
        // Not up yet, or gone again; the deadline decides.
        byte[] why = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        said.write(why, 0, why.length);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for " + kind.service());
      }
      if (System.nanoTime() > deadline) {
        throw new DeploymentException(
            Kind.DATABASE,
            "the "
                + kind.service()
                + " database in "
                + container.name()
                + " was not ready after "
                + limit.toSeconds()
                + " s"
                + (said.total() == 0 ? "" : ": " + said.lastWords()),
            "see what it says: docker logs --tail 50 " + container.name());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /**
   * Waits until the container's first process is the database itself: while its image makes a new
   * one, another process answers that is stopped again. Gives up waiting after {@code limit}: where
   * an image always starts the database below another process, this never comes.
   */
  public void awaitSettled(Duration limit) throws DeploymentException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Tail said = new Tail(256);
    List<String> first =
        List.of(
            "sh",
            "-c",
            "case $(cat /proc/1/comm) in postgres|mariadbd|mysqld|docker-init|tini) exit 0;; esac;"
                + " exit 1");
    while (System.nanoTime() < deadline) {
      try (ExecStream exec = ExecStream.start(engine, container, first, false)) {
        if (exec.drain(said, said, limit.plusSeconds(1)) == 0) {
          return;
        }
      } catch (IOException e) {
        var _ = e; // looked at again below
      }
      Thread.sleep(POLL_MILLIS);
    }
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
