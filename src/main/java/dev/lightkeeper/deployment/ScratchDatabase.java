package dev.lightkeeper.deployment;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A database to load a dump into: made as the deployment's own container is, of the same image, but
 * with an empty folder for its data, everything else it mounts read-only, and no network at all. It
 * is gone when this closes, and with {@link #sweep} also after the process that made it was killed;
 * the folder stays.
 */
public final class ScratchDatabase implements AutoCloseable {
  private static final Duration TO_SETTLE = Duration.ofSeconds(60);

  private final Engine engine;
  private final DatabaseKind kind;
  private final String id;
  private final Duration stopTimeout;
  private @Nullable HostContainer container;

  private ScratchDatabase(Engine engine, DatabaseKind kind, String id, Duration stopTimeout) {
    this.engine = engine;
    this.kind = kind;
    this.id = id;
    this.stopTimeout = stopTimeout;
  }

  /** What one is for: each sweeps its own, as both may go on at once. */
  public enum Purpose {
    DRILL,
    RESTORE;

    private String label() {
      return "dev.lightkeeper." + name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Makes one, and waits until it answers.
   *
   * @param data an empty folder of this host; gets the owner and mode of the deployment's own
   * @throws DeploymentException of kind DATABASE if it does not answer in time; of kind COMPOSE if
   *     there is no container to make it after, and none can be made
   */
  public static ScratchDatabase start(
      Engine engine, Deployment deployment, DatabaseKind kind, Path data, Purpose purpose)
      throws DeploymentException, IOException, InterruptedException {
    ScratchDatabase scratch;
    try (ModelContainer model = ModelContainer.of(engine, deployment, kind)) {
      Optional<Path> own = engine.volume(kind.volume());
      if (own.isPresent() && Files.isDirectory(own.get())) {
        // Docker gave it what the image has there, which a bound folder does not get.
        for (String attribute : List.of("unix:uid", "unix:gid", "unix:mode")) {
          Files.setAttribute(data, attribute, Files.getAttribute(own.get(), attribute));
        }
      }
      scratch =
          new ScratchDatabase(
              engine,
              kind,
              Engine.call(
                  "make a container like " + model.container().name(),
                  () -> create(engine, kind, model.container().id(), data, purpose)),
              deployment.environment().composeTimeout());
    }
    try {
      engine.start(scratch.id);
      HostContainer made =
          engine
              .container(scratch.id)
              .orElseThrow(
                  () ->
                      new DeploymentException(
                          Kind.DATABASE,
                          "the container made for loading the dump is gone again",
                          "see what Docker says: journalctl -u docker -n 50"));
      scratch.container = made;
      DatabaseAnswer answer = new DatabaseAnswer(engine, kind, made);
      answer.awaitReady(deployment.environment().databaseTimeout());
      answer.awaitSettled(TO_SETTLE);
    } catch (DeploymentException | InterruptedException e) {
      try {
        scratch.close();
      } catch (DeploymentException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
    return scratch;
  }

  private static String create(
      Engine engine, DatabaseKind kind, String model, Path data, Purpose purpose) {
    InspectContainerResponse as = engine.docker().inspectContainerCmd(model).exec();
    List<Bind> binds = new ArrayList<>();
    for (InspectContainerResponse.Mount mount :
        Objects.requireNonNullElse(as.getMounts(), List.<InspectContainerResponse.Mount>of())) {
      Volume inside = Objects.requireNonNull(mount.getDestination(), "a mount's place");
      String source = mount.getSource();
      if (kind.volume().equals(mount.getName())) {
        binds.add(new Bind(data.toString(), inside));
      } else if (source != null && source.startsWith("/")) {
        binds.add(new Bind(source, inside, AccessMode.ro));
      }
    }
    HostConfig host =
        HostConfig.newHostConfig().withNetworkMode("none").withBinds(binds.toArray(Bind[]::new));
    Long shared = as.getHostConfig().getShmSize();
    if (shared != null) {
      host.withShmSize(shared);
    }
    // Of compose's labels it gets none: it must never be taken for a part of the deployment.
    var command =
        engine
            .docker()
            .createContainerCmd(Objects.requireNonNull(as.getImageId(), "an image"))
            .withHostConfig(host)
            .withLabels(Map.of(purpose.label(), kind.service()));
    if (as.getConfig().getEnv() != null) {
      command.withEnv(as.getConfig().getEnv());
    }
    if (as.getConfig().getCmd() != null) {
      command.withCmd(as.getConfig().getCmd());
    }
    if (as.getConfig().getEntrypoint() != null) {
      command.withEntrypoint(as.getConfig().getEntrypoint());
    }
    if (as.getConfig().getUser() != null) {
      command.withUser(as.getConfig().getUser());
    }
    if (as.getConfig().getRawValues().get("StopSignal") instanceof String signal) {
      command.withStopSignal(signal);
    }
    return command.exec().getId();
  }

  /** For {@link DatabaseLoad}. */
  public DatabaseLoad load() {
    return new DatabaseLoad(engine, kind, Objects.requireNonNull(container, "started"));
  }

  /** Stops it as the deployment's own is stopped: what it was given is in its folder then. */
  public void stop() throws DeploymentException {
    engine.stop(id, stopTimeout);
  }

  /** Removes those that killed processes left; the data stays. */
  public static void sweep(Engine engine, Purpose purpose) throws DeploymentException {
    List<Container> left =
        Engine.call(
            "list the containers that dumps are loaded in",
            () ->
                engine
                    .docker()
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(purpose.label()))
                    .exec());
    for (Container one : left) {
      remove(engine, one.getId());
    }
  }

  /** Removes it at once, stopped or not. */
  @Override
  public void close() throws DeploymentException {
    remove(engine, id);
  }

  private static void remove(Engine engine, String id) throws DeploymentException {
    boolean interrupted = Thread.interrupted(); // it must go all the same
    try {
      var _ =
          Engine.call(
              "remove the container " + id,
              () -> {
                try {
                  engine
                      .docker()
                      .removeContainerCmd(id)
                      .withForce(true)
                      .withRemoveVolumes(true)
                      .exec();
                } catch (NotFoundException e) {
                  return false;
                }
                return true;
              });
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
