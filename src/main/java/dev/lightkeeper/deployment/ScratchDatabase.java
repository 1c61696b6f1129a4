package dev.lightkeeper.deployment;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A database to try a dump on: made as the deployment's own container is, of the same image, but
 * with an empty folder for its data, everything else it mounts read-only, and no network at all. It
 * is gone when this closes, and with {@link #sweep} also after the process that made it was killed.
 */
public final class ScratchDatabase implements AutoCloseable {
  private static final String LABEL = "dev.lightkeeper.drill";
  private static final Duration TO_SETTLE = Duration.ofSeconds(60);

  private final Engine engine;
  private final DatabaseKind kind;
  private final String id;
  private @Nullable HostContainer container;

  private ScratchDatabase(Engine engine, DatabaseKind kind, String id) {
    this.engine = engine;
    this.kind = kind;
    this.id = id;
  }

  /**
   * Makes one, and waits until it answers.
   *
   * @param data an empty folder of this host
   * @throws DeploymentException of kind DATABASE if it does not answer in time; of kind
   *     NO_DEPLOYMENT if the deployment has no container to make it after
   */
  public static ScratchDatabase start(
      Engine engine, Deployment deployment, DatabaseKind kind, Path data)
      throws DeploymentException, InterruptedException {
    HostContainer model =
        deployment
            .database(kind)
            .orElseThrow(
                () ->
                    new DeploymentException(
                        Kind.NO_DEPLOYMENT,
                        "there is no " + kind.service() + " container, whose image is needed",
                        "start BTCPay Server: btcpay-up.sh"));
    ScratchDatabase scratch =
        new ScratchDatabase(
            engine,
            kind,
            Engine.call(
                "make a container like " + model.name(),
                () -> create(engine, kind, model.id(), data)));
    try {
      engine.start(scratch.id);
      HostContainer made =
          engine
              .container(scratch.id)
              .orElseThrow(
                  () ->
                      new DeploymentException(
                          Kind.DATABASE,
                          "the container made for the drill is gone again",
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

  private static String create(Engine engine, DatabaseKind kind, String model, Path data) {
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
            .withLabels(Map.of(LABEL, kind.service()));
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
    return command.exec().getId();
  }

  /** For {@link DatabaseLoad}. */
  public DatabaseLoad load() {
    return new DatabaseLoad(engine, kind, Objects.requireNonNull(container, "started"));
  }

  /** Removes those that killed processes left; the data stays. */
  public static void sweep(Engine engine) throws DeploymentException {
    List<Container> left =
        Engine.call(
            "list the containers of drills",
            () ->
                engine
                    .docker()
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(List.of(LABEL))
                    .exec());
    for (Container one : left) {
      remove(engine, one.getId());
    }
  }

  /** Removes it at once: nothing in it is of any use. */
  @Override
  public void close() throws DeploymentException {
    remove(engine, id);
  }

  private static void remove(Engine engine, String id) throws DeploymentException {
    boolean interrupted = Thread.interrupted(); // it must go all the same
    try {
      var _ =
          Engine.call(
              "remove the drill's container " + id,
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
