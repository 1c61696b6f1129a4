package dev.lightkeeper.deployment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The Docker Engine of this host, spoken to through its unix socket. Safe for many threads.
 *
 * <p>Calls are made on platform threads wherever several run at once: the client's socket is native
 * code, which holds on to a virtual thread's carrier.
 */
public final class Engine implements AutoCloseable {
  // The newest version docker-java 3.7 was made for; Docker 29 refuses all before it.
  private static final RemoteApiVersion KNOWN = RemoteApiVersion.VERSION_1_44;
  private static final Duration FIRST_ANSWER = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private final URI host;
  private final RemoteApiVersion version;
  private final DockerClient docker;

  private Engine(URI host, RemoteApiVersion version) {
    this.host = host;
    this.version = version;
    this.docker = client(host, version, ANSWER);
  }

  /** The Engine that the environment names (DOCKER_HOST), else the usual socket. */
  public static Engine open() throws DeploymentException {
    return open(DefaultDockerClientConfig.createDefaultConfigBuilder().build().getDockerHost());
  }

  /**
   * The Engine behind the socket {@code host}, once it has answered.
   *
   * @param host such as {@code unix:///var/run/docker.sock}
   * @throws DeploymentException of kind NO_DOCKER, NOT_ROOT or DOCKER_SILENT
   */
  public static Engine open(URI host) throws DeploymentException {
    if (!"unix".equals(host.getScheme())) {
      throw new DeploymentException(
          Kind.NO_DOCKER,
          "DOCKER_HOST is " + host + ": volumes can only be archived on the Engine's own host",
          "unset DOCKER_HOST, or set it to a socket such as unix:///var/run/docker.sock");
    }
    Path socket = Path.of(host.getPath());
    if (Files.notExists(socket)) {
      throw new DeploymentException(
          Kind.NO_DOCKER,
          "Docker is not running here: there is no " + socket,
          "start it: systemctl start docker");
    }
    if (!Files.isWritable(socket)) {
      throw new DeploymentException(
          Kind.NOT_ROOT, "may not use " + socket + ", Docker's socket", "run this as root");
    }
    try (DockerClient first = client(host, RemoteApiVersion.unknown(), FIRST_ANSWER)) {
      return new Engine(host, common(first.versionCmd().exec()));
    } catch (IOException | RuntimeException e) {
      throw new DeploymentException(
          Kind.DOCKER_SILENT,
          "Docker does not answer at " + socket + ": " + rootMessage(e),
          "see what it says: systemctl status docker; journalctl -u docker -n 50",
          e);
    }
  }

  private static RemoteApiVersion common(Version engine) {
    RemoteApiVersion newest = RemoteApiVersion.parseConfigWithDefault(engine.getApiVersion());
    RemoteApiVersion oldest = RemoteApiVersion.parseConfigWithDefault(engine.getMinAPIVersion());
    if (newest.equals(RemoteApiVersion.UNKNOWN_VERSION) || !newest.isGreater(KNOWN)) {
      return newest;
    }
    boolean dropped = !oldest.equals(RemoteApiVersion.UNKNOWN_VERSION) && oldest.isGreater(KNOWN);
    return dropped ? oldest : KNOWN;
  }

  private static DockerClient client(URI host, RemoteApiVersion version, Duration answer) {
    DockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(host.toString())
            .withDockerTlsVerify(false)
            .withApiVersion(version)
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(host)
            .connectionTimeout(Duration.ofSeconds(5))
            .responseTimeout(answer)
            .build());
  }

  /** Its socket. */
  public URI host() {
    return host;
  }

  /** What goes before each path of the API, such as {@code /v1.41}. */
  String apiPath() {
    return version.equals(RemoteApiVersion.UNKNOWN_VERSION) ? "" : "/" + version.asWebPathPart();
  }

  DockerClient docker() {
    return docker;
  }

  /** Every container, running or not. */
  public List<HostContainer> containers() throws DeploymentException {
    List<HostContainer> found = new ArrayList<>();
    List<Container> all =
        call("list the containers", () -> docker.listContainersCmd().withShowAll(true).exec());
    for (Container container : all) {
      container(container.getId()).ifPresent(found::add);
    }
    return found;
  }

  /** The container with this id or name; empty if there is none. */
  public Optional<HostContainer> container(String id) throws DeploymentException {
    return call(
        "inspect container " + id,
        () -> {
          try {
            return Optional.of(describe(docker.inspectContainerCmd(id).exec()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  private static HostContainer describe(InspectContainerResponse c) {
    Map<String, String> labels = orElse(c.getConfig().getLabels(), Map.of());
    String project = labels.get("com.docker.compose.project");
    String service = labels.get("com.docker.compose.service");
    List<HostContainer.Mount> mounts = new ArrayList<>();
    for (InspectContainerResponse.Mount mount :
        orElse(c.getMounts(), List.<InspectContainerResponse.Mount>of())) {
      String source = orElse(mount.getSource(), "");
      mounts.add(
          new HostContainer.Mount(
              source.startsWith("/") ? Path.of(source) : null,
              !Boolean.FALSE.equals(mount.getRW())));
    }
    return new HostContainer(
        c.getId(),
        c.getName().replaceFirst("^/", ""),
        project == null || service == null
            ? null
            : new HostContainer.ComposeLabels(
                project, service, "true".equalsIgnoreCase(labels.get("com.docker.compose.oneoff"))),
        HostContainer.State.valueOf(
            orElse(c.getState().getStatus(), "dead").toUpperCase(Locale.ROOT)),
        orElse(c.getState().getStartedAt(), ""),
        c.getHostConfig().getRestartPolicy() == null
            ? ""
            : orElse(c.getHostConfig().getRestartPolicy().getName(), ""),
        c.getHostConfig().getRestartPolicy() == null
            ? 0
            : orElse(c.getHostConfig().getRestartPolicy().getMaximumRetryCount(), 0),
        Boolean.TRUE.equals(c.getHostConfig().getAutoRemove()),
        mounts);
  }

  /** Where the Engine keeps the volume {@code name}; empty if there is no such volume. */
  public Optional<Path> volume(String name) throws DeploymentException {
    return call(
        "inspect volume " + name,
        () -> {
          try {
            return Optional.of(Path.of(docker.inspectVolumeCmd(name).exec().getMountpoint()));
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /**
   * Changes its restart policy, as {@code docker update --restart} does; it stays up or down.
   *
   * @param policy {@code no}, {@code always}, {@code unless-stopped} or {@code on-failure}
   * @param retries of {@code on-failure}
   */
  public void restartPolicy(String id, String policy, int retries) throws DeploymentException {
    // The library's own "no" has no name, which the Engine takes for no change.
    RestartPolicy wanted =
        new ObjectMapper()
            .convertValue(
                Map.of("Name", policy, "MaximumRetryCount", retries), RestartPolicy.class);
    run(
        "change the restart policy of container " + id,
        () -> docker.updateContainerCmd(id).withRestartPolicy(wanted).exec());
  }

  /**
   * Tells of containers that start, from now on, until closed or until the connection breaks.
   *
   * @param started takes the container's id; called on a thread of the client's
   * @param ended runs once when no more will be told
   */
  public AutoCloseable onStart(Consumer<String> started, Runnable ended) {
    return docker
        .eventsCmd()
        .withEventTypeFilter(EventType.CONTAINER)
        .withEventFilter("start", "unpause")
        .exec(
            new ResultCallback.Adapter<Event>() {
              @Override
              public void onNext(Event event) {
                started.accept(orElse(event.getId(), ""));
              }

              @Override
              public void onError(Throwable thrown) {
                super.onError(thrown);
                ended.run();
              }

              @Override
              public void onComplete() {
                super.onComplete();
                ended.run();
              }
            });
  }

  /** Docker's own folder, as the Engine states it. */
  public Path root() throws DeploymentException {
    return call("ask for its folder", () -> Path.of(docker.infoCmd().exec().getDockerRootDir()));
  }

  /**
   * Makes the volume {@code name} of compose project {@code project}, as compose would.
   *
   * @return false if it was there
   */
  public boolean makeVolume(String name, String project) throws DeploymentException {
    if (volume(name).isPresent()) {
      return false;
    }
    String key = name.startsWith(project + "_") ? name.substring(project.length() + 1) : name;
    return call(
        "make volume " + name,
        () ->
            docker
                    .createVolumeCmd()
                    .withName(name)
                    .withDriver("local")
                    .withLabels(
                        Map.of(
                            "com.docker.compose.project", project,
                            "com.docker.compose.volume", key))
                    .exec()
                != null);
  }

  /** Removes a volume that no container has, with its content. */
  public void removeVolume(String name) throws DeploymentException {
    run("remove volume " + name, () -> docker.removeVolumeCmd(name).exec());
  }

  /** Starts it; fine if it already runs. */
  void start(String id) throws DeploymentException {
    run("start container " + id, () -> docker.startContainerCmd(id).exec());
  }

  /** Stops it and waits until it is; after {@code limit} it is killed. Fine if it is stopped. */
  public void stop(String id, Duration limit) throws DeploymentException {
    int seconds = Math.toIntExact(limit.toSeconds());
    try (DockerClient patient = client(host, version, limit.plus(ANSWER))) {
      run("stop container " + id, () -> patient.stopContainerCmd(id).withTimeout(seconds).exec());
    } catch (IOException e) {
      throw failed("close the connection after stopping container " + id, e);
    }
  }

  void pause(String id) throws DeploymentException {
    run("pause container " + id, () -> docker.pauseContainerCmd(id).exec());
  }

  void unpause(String id) throws DeploymentException {
    run("unpause container " + id, () -> docker.unpauseContainerCmd(id).exec());
  }

  /** Removes a stopped container and its nameless volumes. */
  void remove(String id) throws DeploymentException {
    run(
        "remove container " + id,
        () -> docker.removeContainerCmd(id).withRemoveVolumes(true).exec());
  }

  /** The ids of the networks of compose project {@code project}. */
  List<String> networks(String project) throws DeploymentException {
    return call(
        "list the networks",
        () ->
            docker.listNetworksCmd().exec().stream()
                .filter(
                    n ->
                        project.equals(
                            orElse(n.getLabels(), Map.<String, String>of())
                                .get("com.docker.compose.project")))
                .map(Network::getId)
                .toList());
  }

  void removeNetwork(String id) throws DeploymentException {
    run("remove network " + id, () -> docker.removeNetworkCmd(id).exec());
  }

  private static void run(String what, Runnable call) throws DeploymentException {
    var _ =
        call(
            what,
            () -> {
              try {
                call.run();
              } catch (NotModifiedException e) {
                // It was so already.
              }
              return true;
            });
  }

  /** Makes a call whose failure becomes "cannot … : why". */
  static <T> T call(String what, Supplier<T> call) throws DeploymentException {
    try {
      return call.get();
    } catch (RuntimeException e) {
      // docker-java wraps broken connections and interrupts in plain runtime exceptions.
      if (interrupted(e)) {
        Thread.currentThread().interrupt();
        throw new DeploymentException(
            Kind.INTERRUPTED, "interrupted before it could " + what, "run this again", e);
      }
      throw failed(what, e);
    }
  }

  private static boolean interrupted(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException || cause instanceof InterruptedIOException) {
        // A timeout is an InterruptedIOException too.
        return !(cause instanceof SocketTimeoutException);
      }
    }
    return Thread.currentThread().isInterrupted();
  }

  private static DeploymentException failed(String what, Exception e) {
    return new DeploymentException(
        Kind.FAILED,
        "cannot " + what + ": " + rootMessage(e),
        "see what Docker says: systemctl status docker; journalctl -u docker -n 50",
        e);
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage()).strip();
  }

  private static <T> T orElse(@Nullable T value, T other) {
    return value == null ? other : value;
  }

  @Override
  public void close() throws DeploymentException {
    try {
      docker.close();
    } catch (IOException e) {
      throw failed("close the connection", e);
    }
  }
}
