package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How compose is called on this host.
 *
 * @param words {@code docker-compose}, else {@code docker compose}
 */
record ComposeCommand(List<String> words) {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  ComposeCommand {
    words = List.copyOf(words);
  }

  /**
   * Looks for it in the search path of {@code environment}.
   *
   * @throws DeploymentException of kind COMPOSE if there is none
   */
  static ComposeCommand find(Map<String, String> environment)
      throws DeploymentException, InterruptedException {
    Optional<String> own = program("docker-compose", environment);
    if (own.isPresent()) {
      return new ComposeCommand(List.of(own.get()));
    }
    Optional<String> docker = program("docker", environment);
    if (docker.isPresent() && hasPlugin(docker.get(), environment)) {
      return new ComposeCommand(List.of(docker.get(), "compose"));
    }
    throw missing(null);
  }

  /** Java would look in its own search path. */
  private static Optional<String> program(String name, Map<String, String> environment) {
    return Arrays.stream(environment.getOrDefault("PATH", "").split(":", -1))
        .filter(f -> f.startsWith("/"))
        .map(f -> f + "/" + name)
        .filter(p -> Files.isExecutable(Path.of(p)))
        .findFirst();
  }

  private static boolean hasPlugin(String docker, Map<String, String> environment)
      throws DeploymentException, InterruptedException {
    try {
      return new ChildCommand(List.of(docker, "compose", "version"), environment, Path.of("/"))
              .run(OutputStream.nullOutputStream(), LIMIT)
              .exitCode()
          == 0;
    } catch (IOException e) {
      throw missing(e);
    }
  }

  private static DeploymentException missing(@Nullable IOException cause) {
    return new DeploymentException(
        Kind.COMPOSE,
        "there is neither docker-compose nor docker compose on this host",
        "install it as BTCPay Server does: run btcpay-setup.sh again",
        cause);
  }
}
