package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What BTCPay Server's own scripts know of the deployment: the variables that its profile script
 * exports.
 *
 * @param profile the script they come from
 * @param baseDirectory BTCPAY_BASE_DIRECTORY
 * @param envFile BTCPAY_ENV_FILE, which compose reads
 * @param composeFile BTCPAY_DOCKER_COMPOSE
 * @param composeTimeout COMPOSE_HTTP_TIMEOUT: how long a container has to stop before it is killed
 * @param databaseTimeout BTCPAY_DATABASE_READY_TIMEOUT: how long a database has to become ready
 * @param variables everything that is exported, for compose; may hold secrets
 */
public record BtcpayEnvironment(
    Path profile,
    Path baseDirectory,
    Path envFile,
    Path composeFile,
    Duration composeTimeout,
    Duration databaseTimeout,
    Map<String, String> variables) {
  /** Where btcpay-setup.sh puts the profile script. */
  public static final Path USUAL_PROFILE = Path.of("/etc/profile.d/btcpay-env.sh");

  private static final String SEARCH_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final Duration SOURCING_LIMIT = Duration.ofSeconds(20);
  // What it prints must not get between the variables. "true": its last command may well fail.
  private static final String SOURCE = ". \"$1\" >/dev/null 2>&1 || true; exec env -0";

  public BtcpayEnvironment {
    variables = Map.copyOf(variables);
  }

  /**
   * Sources the script {@code profile} in a clean bash and reads the environment back.
   *
   * @throws DeploymentException of kind ENVIRONMENT if it is missing, or lacks a variable
   */
  public static BtcpayEnvironment read(Path profile)
      throws DeploymentException, InterruptedException {
    if (!Files.isRegularFile(profile)) {
      throw new DeploymentException(
          Kind.NO_DEPLOYMENT,
          "there is no " + profile + ": BTCPay Server's profile script",
          "run this on the host where BTCPay Server was installed with btcpay-setup.sh");
    }
    if (!Files.isReadable(profile)) {
      throw new DeploymentException(
          Kind.ENVIRONMENT, "may not read " + profile, "run this as root");
    }
    Map<String, String> variables = source(profile);
    return new BtcpayEnvironment(
        profile.toAbsolutePath(),
        path(variables, "BTCPAY_BASE_DIRECTORY", profile),
        path(variables, "BTCPAY_ENV_FILE", profile),
        path(variables, "BTCPAY_DOCKER_COMPOSE", profile),
        seconds(variables, "COMPOSE_HTTP_TIMEOUT", 180, profile),
        seconds(variables, "BTCPAY_DATABASE_READY_TIMEOUT", 60, profile),
        variables);
  }

  private static Map<String, String> source(Path profile)
      throws DeploymentException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    String home = System.getProperty("user.home", "/root");
    try {
      ChildCommand.Ended ended =
          new ChildCommand(
                  List.of(
                      "bash",
                      "--noprofile",
                      "--norc",
                      "-c",
                      SOURCE,
                      "bash",
                      profile.toAbsolutePath().toString()),
                  Map.of("PATH", SEARCH_PATH, "HOME", home),
                  Path.of("/"))
              .run(printed, SOURCING_LIMIT);
      if (ended.exitCode() != 0 || printed.size() == 0) {
        throw unreadable(profile, "bash ended with " + ended.exitCode(), null);
      }
    } catch (IOException e) {
      throw unreadable(profile, String.valueOf(e.getMessage()), e);
    }
    Map<String, String> variables = new HashMap<>();
    for (String entry : printed.toString(StandardCharsets.UTF_8).split("\0", -1)) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        variables.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return variables;
  }

  private static DeploymentException unreadable(
      Path profile, String why, @Nullable IOException cause) {
    // Not what bash said: it repeats lines of the script, which may hold secrets.
    return new DeploymentException(
        Kind.ENVIRONMENT,
        "cannot source " + profile + ": " + why,
        "try it yourself: bash -n " + profile,
        cause);
  }

  private static Path path(Map<String, String> variables, String name, Path profile)
      throws DeploymentException {
    String value = variables.getOrDefault(name, "");
    if (!value.startsWith("/")) {
      throw new DeploymentException(
          Kind.ENVIRONMENT,
          profile
              + (value.isEmpty() ? " does not set " + name : " sets no absolute path as " + name),
          "run btcpay-setup.sh again, which writes it");
    }
    return Path.of(value);
  }

  private static Duration seconds(
      Map<String, String> variables, String name, int usual, Path profile)
      throws DeploymentException {
    String value = variables.getOrDefault(name, "").strip();
    if (value.isEmpty()) {
      return Duration.ofSeconds(usual);
    }
    if (!value.matches("[0-9]{1,6}")) {
      throw new DeploymentException(
          Kind.ENVIRONMENT,
          profile + " sets " + name + " to something that is no number of seconds",
          "set it to a whole number, such as " + usual);
    }
    return Duration.ofSeconds(Long.parseLong(value));
  }

  /** Without the variables, which may hold secrets. */
  @Override
  public String toString() {
    return "BtcpayEnvironment[" + profile + ", " + composeFile + "]";
  }
}
