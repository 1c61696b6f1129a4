package dev.lightkeeper.deployment;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the Docker Engine says about where the BTCPay stack's data is.
 *
 * @param volumesFolder the folder of all volumes; empty if BTCPay's own volume does not exist
 * @param mounts what the stack's containers mount from this host
 */
record DockerMounts(Optional<Path> volumesFolder, List<Path> mounts) {
  private static final String VOLUME = "generated_btcpay_datadir";

  DockerMounts {
    mounts = List.copyOf(mounts);
  }

  /** Asks the Engine, for at most a few seconds; empty, with a note, if it does not answer. */
  static Optional<DockerMounts> ask(List<String> notes) {
    return ask(
        DefaultDockerClientConfig.createDefaultConfigBuilder().build().getDockerHost(), notes);
  }

  /** Asks the Engine at {@code host}. */
  static Optional<DockerMounts> ask(URI host, List<String> notes) {
    try (Engine engine = Engine.open(host)) {
      return Optional.of(new DockerMounts(volumesFolder(engine), mounts(engine)));
    } catch (DeploymentException e) {
      // Whatever it is, it means the same here: look without it.
      notes.add(e.what());
      return Optional.empty();
    }
  }

  private static Optional<Path> volumesFolder(Engine engine) throws DeploymentException {
    return engine
        .volume(VOLUME)
        .filter(m -> m.endsWith(Path.of("volumes", VOLUME, "_data")))
        .map(Path::getParent)
        .map(Path::getParent);
  }

  private static List<Path> mounts(Engine engine) throws DeploymentException {
    return engine.containers().stream()
        .filter(c -> c.in(Deployment.PROJECT))
        .flatMap(c -> c.mounts().stream())
        .map(HostContainer.Mount::source)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }
}
