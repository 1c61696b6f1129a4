package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings compose projects up and down with the same command and options as BTCPay's scripts. */
public final class Compose {
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final Path composeFile;
  private final Path folder;
  private final List<String> project;
  private final Duration stopTimeout;
  private final Map<String, String> environment;

  private Compose(
      Path composeFile,
      Path folder,
      List<String> project,
      Duration stopTimeout,
      Map<String, String> environment) {
    this.composeFile = composeFile;
    this.folder = folder;
    this.project = List.copyOf(project);
    this.stopTimeout = stopTimeout;
    this.environment = Map.copyOf(environment);
  }

  /** Compose for BTCPay Server's own project, on the Engine at {@code dockerHost}. */
  public static Compose of(BtcpayEnvironment btcpay, URI dockerHost) {
    Map<String, String> environment = new HashMap<>(btcpay.variables());
    environment.put("DOCKER_HOST", dockerHost.toString());
    Path folder = btcpay.envFile().getParent();
    return new Compose(
        btcpay.composeFile(),
        folder == null ? Path.of("/") : folder,
        List.of(
            "-f",
            btcpay.composeFile().toString(),
            "-p",
            Deployment.PROJECT,
            "--env-file",
            btcpay.envFile().toString()),
        btcpay.composeTimeout(),
        environment);
  }

  /** The same, with one more variable by which {@link Leftovers} finds the processes again. */
  Compose marked(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Compose(composeFile, folder, project, stopTimeout, more);
  }

  /** The services that the compose file names. */
  public List<String> services() throws DeploymentException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    run(List.of("config", "--services"), printed);
    return printed
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  /** Stops and removes every container of the project, each within the environment's timeout. */
  public void down() throws DeploymentException, InterruptedException {
    run(List.of("down", "-t", seconds()), OutputStream.nullOutputStream());
  }

  /** Makes and starts everything, and removes containers of services that are no more. */
  public void up() throws DeploymentException, InterruptedException {
    run(List.of("up", "--remove-orphans", "-d", "-t", seconds()), OutputStream.nullOutputStream());
  }

  /** Makes and starts just these services, and no other that they depend on. */
  public void up(Collection<String> services) throws DeploymentException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("up", "-d", "--no-deps", "-t", seconds()));
    words.addAll(services);
    run(words, OutputStream.nullOutputStream());
  }

  /** Makes these services' containers without starting them. */
  void create(Collection<String> services) throws DeploymentException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("up", "--no-start", "--no-deps"));
    words.addAll(services);
    run(words, OutputStream.nullOutputStream());
  }

  private String seconds() {
    return Long.toString(stopTimeout.toSeconds());
  }

  private void run(List<String> words, OutputStream out)
      throws DeploymentException, InterruptedException {
    List<String> all = new ArrayList<>(ComposeCommand.find(environment).words());
    all.addAll(project);
    all.addAll(words);
    String spelled = "docker-compose -f " + composeFile + " " + String.join(" ", words);
    try {
      ChildCommand.Ended ended =
          new ChildCommand(all, environment, folder).run(out, stopTimeout.plus(MARGIN));
      if (ended.exitCode() != 0) {
        throw failed(spelled, "exit code " + ended.exitCode() + ": " + ended.errors(), null);
      }
    } catch (IOException e) {
      throw failed(spelled, String.valueOf(e.getMessage()), e);
    }
  }

  private static DeploymentException failed(
      String spelled, String why, @Nullable IOException cause) {
    return new DeploymentException(
        Kind.COMPOSE, "`" + spelled + "` failed: " + why, "run it yourself and see", cause);
  }
}
