package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The BTCPay Server stack on this host: the compose project {@code generated}, as it is now.
 *
 * @param dockerRoot Docker's own folder; archives hold paths relative to it
 * @param containers of the project, running or not; none after {@code docker-compose down}
 */
public record Deployment(
    BtcpayEnvironment environment, Path dockerRoot, List<HostContainer> containers) {
  /** The compose project: the name of the folder {@code Generated}. */
  public static final String PROJECT = "generated";

  private static final String MAIN_VOLUME = "generated_btcpay_datadir";

  public Deployment {
    containers = List.copyOf(containers);
  }

  /**
   * Finds it through its environment and the Engine.
   *
   * @throws DeploymentException of kind NOT_ROOT, NO_DEPLOYMENT, UNEXPECTED_VOLUMES or AMBIGUOUS,
   *     or because the Engine fails
   */
  public static Deployment discover(Engine engine, BtcpayEnvironment environment)
      throws DeploymentException {
    insistOnCompose(environment);
    Path mountpoint =
        engine
            .volume(MAIN_VOLUME)
            .orElseThrow(
                () ->
                    new DeploymentException(
                        Kind.NO_DEPLOYMENT,
                        "Docker knows no volume "
                            + MAIN_VOLUME
                            + ": BTCPay Server never ran on this Engine",
                        "check that Docker is the one BTCPay Server runs on: docker volume ls"));
    return at(rootAbove(mountpoint), engine, environment);
  }

  /**
   * Finds it also where BTCPay Server is set up but never ran, so that there is no volume yet.
   *
   * @throws DeploymentException as of {@link #discover}
   */
  public static Deployment discoverOrNew(Engine engine, BtcpayEnvironment environment)
      throws DeploymentException {
    insistOnCompose(environment);
    return at(dockerRoot(engine), engine, environment);
  }

  /** Docker's root: above the main volume where there is one, else as the Engine states it. */
  public static Path dockerRoot(Engine engine) throws DeploymentException {
    Optional<Path> main = engine.volume(MAIN_VOLUME);
    return main.isPresent() ? rootAbove(main.get()) : engine.root();
  }

  private static void insistOnCompose(BtcpayEnvironment environment) throws DeploymentException {
    if (!root()) {
      throw new DeploymentException(
          Kind.NOT_ROOT, "only root may read Docker's volumes", "run this as root");
    }
    if (!Files.isRegularFile(environment.composeFile())) {
      throw new DeploymentException(
          Kind.NO_DEPLOYMENT,
          environment.profile()
              + " names the compose file "
              + environment.composeFile()
              + ", which does not exist",
          "run btcpay-setup.sh again, which writes it");
    }
  }

  private static Deployment at(Path dockerRoot, Engine engine, BtcpayEnvironment environment)
      throws DeploymentException {
    Deployment found =
        new Deployment(
            environment,
            dockerRoot,
            engine.containers().stream().filter(c -> c.in(PROJECT)).toList());
    for (DatabaseKind kind : DatabaseKind.values()) {
      var _ = found.database(kind);
    }
    return found;
  }

  /** Docker's root above the main volume's mount point. */
  static Path rootAbove(Path mountpoint) throws DeploymentException {
    Path expected = Path.of("volumes", MAIN_VOLUME, "_data");
    if (!mountpoint.isAbsolute()
        || !mountpoint.endsWith(expected)
        || mountpoint.getNameCount() < 4) {
      throw new DeploymentException(
          Kind.UNEXPECTED_VOLUMES,
          "Docker keeps " + MAIN_VOLUME + " at " + mountpoint + ", not at …/" + expected,
          "only volumes of Docker's local driver can be archived; see docker volume inspect "
              + MAIN_VOLUME);
    }
    return Objects.requireNonNull(mountpoint.getRoot())
        .resolve(mountpoint.subpath(0, mountpoint.getNameCount() - 3));
  }

  /** The folder of all volumes. */
  public Path volumes() {
    return dockerRoot.resolve("volumes");
  }

  /**
   * The container of a database, running or not; empty if there is none now.
   *
   * @throws DeploymentException of kind AMBIGUOUS if there are two
   */
  public Optional<HostContainer> database(DatabaseKind kind) throws DeploymentException {
    List<HostContainer> found =
        containers.stream().filter(c -> c.is(PROJECT, kind.service())).toList();
    if (found.size() > 1) {
      List<String> names = found.stream().map(HostContainer::name).toList();
      throw new DeploymentException(
          Kind.AMBIGUOUS,
          "there are "
              + found.size()
              + " containers of the service "
              + kind.service()
              + ": "
              + String.join(", ", names),
          "remove the ones that are left over: docker rm NAME");
    }
    return found.stream().findFirst();
  }

  private static boolean root() {
    try {
      // The owner of a process's folder is its effective user (proc(5)).
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
