package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    for (String folder : environment.getOrDefault("PATH", "").split(":", -1)) {
      if (folder.startsWith("/") && Files.isExecutable(Path.of(folder, "docker-compose"))) {
        return new ComposeCommand(List.of(folder + "/docker-compose"));
      }
    }
    List<String> plugin = List.of("docker", "compose");
    List<String> version = new ArrayList<>(plugin);
    version.add("version");
    try {
      if (new ChildCommand(version, environment, Path.of("/"))
              .run(OutputStream.nullOutputStream(), LIMIT)
              .exitCode()
          == 0) {
        return new ComposeCommand(plugin);
      }
    } catch (IOException e) {
      throw missing(e);
    }
    throw missing(null);
  }

  private static DeploymentException missing(@Nullable IOException cause) {
    return new DeploymentException(
        Kind.COMPOSE,
        "there is neither docker-compose nor docker compose on this host",
        "install it as BTCPay Server does: run btcpay-setup.sh again",
        cause);
  }
}
