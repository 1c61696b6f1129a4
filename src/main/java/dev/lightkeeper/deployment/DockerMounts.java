package dev.lightkeeper.deployment;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectVolumeResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerMount;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the Docker Engine says about where the BTCPay stack's data is.
 *
 * @param volumesFolder the folder of all volumes; empty if BTCPay's own volume does not exist
 * @param mounts what the stack's containers mount from this host
 */
record DockerMounts(Optional<Path> volumesFolder, List<Path> mounts) {
  private static final String VOLUME = "generated_btcpay_datadir";
  private static final Map<String, String> PROJECT =
      Map.of("com.docker.compose.project", "generated");
  private static final Path SOCKET = Path.of("/var/run/docker.sock");

  DockerMounts {
    mounts = List.copyOf(mounts);
  }

  /** Asks the Engine, for at most a few seconds; empty, with a note, if it does not answer. */
  static Optional<DockerMounts> ask(List<String> notes) {
    DockerClientConfig config = DefaultDockerClientConfig.createDefaultConfigBuilder().build();
    if ("unix".equals(config.getDockerHost().getScheme())
        && Files.notExists(Path.of(config.getDockerHost().getPath()))) {
      notes.add("Docker is not running here: there is no " + SOCKET);
      return Optional.empty();
    }
    try (ZerodepDockerHttpClient http =
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .connectionTimeout(Duration.ofSeconds(2))
                .responseTimeout(Duration.ofSeconds(5))
                .build();
        DockerClient docker = DockerClientImpl.getInstance(config, http)) {
      return Optional.of(new DockerMounts(volumesFolder(docker), mounts(docker)));
    } catch (RuntimeException | IOException e) {
      // Whatever docker-java throws, it means the same here: look without it.
      notes.add("Docker does not answer: " + e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Path> volumesFolder(DockerClient docker) {
    try {
      InspectVolumeResponse volume = docker.inspectVolumeCmd(VOLUME).exec();
      Path mountpoint = Path.of(volume.getMountpoint());
      return mountpoint.endsWith(Path.of("volumes", VOLUME, "_data"))
          ? Optional.ofNullable(mountpoint.getParent()).map(Path::getParent)
          : Optional.empty();
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private static List<Path> mounts(DockerClient docker) {
    List<Path> mounts = new ArrayList<>();
    for (Container container :
        docker.listContainersCmd().withShowAll(true).withLabelFilter(PROJECT).exec()) {
      for (ContainerMount mount : container.getMounts()) {
        String source = mount.getSource();
        if (source != null && source.startsWith("/")) {
          mounts.add(Path.of(source));
        }
      }
    }
    return mounts;
  }
}
