package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import dev.lightkeeper.deployment.HostContainer.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** One attempt to bring back everything in a journal, wherever an earlier one got to. */
final class Comeback {
  private static final Duration TO_RUN = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 50;

  private final Engine engine;
  private final Journal journal;

  Comeback(Engine engine, Journal journal) {
    this.engine = engine;
    this.journal = journal;
  }

  /**
   * Starts everything and waits until it runs.
   *
   * @return whether anything was to be done
   * @throws DeploymentException if something does not come up; the rest was started all the same
   */
  boolean run() throws DeploymentException, InterruptedException {
    AtomicBoolean acted = new AtomicBoolean();
    List<DeploymentException> failures = new ArrayList<>();
    Journal.Stack stack = journal.stack();
    if (stack != null) {
      try {
        bringUp(stack, acted);
      } catch (DeploymentException e) {
        failures.add(e);
      }
    }
    failures.addAll(AllAtOnce.run(journal.targets(), t -> bringUp(t, acted)));
    if (!failures.isEmpty()) {
      DeploymentException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
    return acted.get();
  }

  private void bringUp(Journal.Stack stack, AtomicBoolean acted)
      throws DeploymentException, InterruptedException {
    if (running(stack)) {
      return;
    }
    acted.set(true);
    Compose compose = compose();
    if (stack.stopped().isEmpty()) {
      compose.up();
    } else {
      compose.up(stack.running());
      compose.create(stack.stopped());
    }
    if (!running(stack)) {
      throw new DeploymentException(
          Kind.COMPOSE,
          "docker-compose up ended well, but not every service runs that ran before",
          "see docker ps -a");
    }
  }

  private boolean running(Journal.Stack stack) throws DeploymentException {
    List<HostContainer> now = engine.containers();
    return stack.running().stream()
        .allMatch(
            s -> now.stream().anyMatch(c -> c.is(Deployment.PROJECT, s) && c.state().canWrite()));
  }

  private void bringUp(Journal.Target target, AtomicBoolean acted)
      throws DeploymentException, InterruptedException {
    Optional<HostContainer> there = find(target);
    if (there.isEmpty()) {
      acted.set(true);
      recreate(target);
      there = find(target);
    }
    HostContainer container = there.orElseThrow(() -> gone(target));
    try {
      acted.compareAndSet(false, bringUp(target, container));
    } catch (DeploymentException e) {
      // The Engine's own words have only the id in them.
      throw new DeploymentException(e.kind(), container.name() + ": " + e.what(), e.remedy(), e);
    }
    if (!target.restarting()) {
      awaitRunning(target, container);
    }
  }

  /** Returns whether anything was to be done. */
  private boolean bringUp(Journal.Target target, HostContainer container)
      throws DeploymentException {
    switch (container.state()) {
      case RESTARTING -> {
        return false;
      }
      case RUNNING -> {
        if (!mayBeStopping(target, container)) {
          return false;
        }
        engine.stop(container.id(), Duration.ofSeconds(journal.stopTimeoutSeconds()));
        engine.start(container.id());
      }
      case PAUSED -> engine.unpause(container.id());
      case CREATED, EXITED, DEAD, REMOVING -> engine.start(container.id());
    }
    return true;
  }

  /**
   * A process that was killed may have asked the Engine to stop it, which the Engine still does
   * while the container is running. No one can see that, so it has to be stopped for sure.
   */
  private static boolean mayBeStopping(Journal.Target target, HostContainer container) {
    return target.measure() == Journal.Measure.STOP
        && container.id().equals(target.id())
        && container.startedAt().equals(target.startedAt());
  }

  private void awaitRunning(Journal.Target target, HostContainer container)
      throws DeploymentException, InterruptedException {
    long deadline = System.nanoTime() + TO_RUN.toNanos();
    while (true) {
      Optional<HostContainer> now = engine.container(container.id());
      State state = now.map(HostContainer::state).orElse(State.DEAD);
      if (state == State.RUNNING) {
        return;
      }
      if (state == State.RESTARTING && target.measure() == Journal.Measure.PAUSE) {
        return; // a pause restarts nothing: it crashed by itself, and Docker is at it
      }
      if (System.nanoTime() > deadline) {
        throw new DeploymentException(
            Kind.RESUME,
            "container " + container.name() + " was started but does not stay up",
            "see docker logs --tail 50 " + container.name());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** By its id; else the one that compose, or a person, made in its place. */
  private Optional<HostContainer> find(Journal.Target target) throws DeploymentException {
    Optional<HostContainer> same = engine.container(target.id());
    String project = target.project();
    String service = target.service();
    if (same.isPresent()) {
      return same;
    }
    if (project == null || service == null) {
      return engine.container(target.name());
    }
    return engine.containers().stream().filter(c -> c.is(project, service)).findFirst();
  }

  private void recreate(Journal.Target target) throws DeploymentException, InterruptedException {
    String service = target.service();
    if (service == null || !Deployment.PROJECT.equals(target.project())) {
      throw gone(target);
    }
    compose().up(List.of(service));
  }

  private static DeploymentException gone(Journal.Target target) {
    return new DeploymentException(
        Kind.RESUME,
        "container " + target.name() + ", which was stopped for the backup, is gone",
        "make it again as it was made at first");
  }

  private Compose compose() throws DeploymentException, InterruptedException {
    return Compose.of(BtcpayEnvironment.read(Path.of(journal.profile())), engine.host());
  }
}
