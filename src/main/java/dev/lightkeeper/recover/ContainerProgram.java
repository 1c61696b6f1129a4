package dev.lightkeeper.recover;

import dev.lightkeeper.deployment.ContainerCommand;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.recover.RecoverException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Commands in whatever container a service of BTCPay Server's has at the moment. */
public final class ContainerProgram implements NodeProgram {
  // LND connects to each peer in turn, two minutes each at most, before it answers.
  private static final Duration SILENCE = Duration.ofMinutes(10);
  private static final byte[] NO_INPUT = {};

  private final Engine engine;
  private final String service;

  /** Of {@code service}, such as {@code lnd_bitcoin}. */
  public ContainerProgram(Engine engine, String service) {
    this.engine = engine;
    this.service = service;
  }

  @Override
  public Output run(List<String> words) throws RecoverException, InterruptedException {
    ContainerCommand.Ended ended = run(words, NO_INPUT);
    return new Output(ended.exitCode(), ended.printed(), ended.errors());
  }

  @Override
  public String lend(Path file) throws RecoverException, InterruptedException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new RecoverException(
          Kind.NOT_FOUND,
          "cannot read the channel backup " + file + ": " + e.getMessage(),
          "get it again: lightkeeper fetch",
          e);
    }
    // Never in the node's own folder: nobody but the node writes there.
    String path = "/tmp/lightkeeper-" + Sha256.of(bytes).hex().substring(0, 16) + ".channel.backup";
    ContainerCommand.Ended ended =
        run(List.of("sh", "-c", "umask 077; cat > \"$1\"", "sh", path), bytes);
    if (ended.exitCode() != 0) {
      throw new RecoverException(
          Kind.FAILED,
          "the channel backup could not be brought into the container of %s: %s"
              .formatted(service, ended.errors().strip()),
          "free space there: docker exec … df /tmp");
    }
    return path;
  }

  private ContainerCommand.Ended run(List<String> words, byte[] input)
      throws RecoverException, InterruptedException {
    HostContainer container;
    try {
      container =
          engine.containers().stream()
              .filter(c -> c.is(Deployment.PROJECT, service))
              .filter(c -> c.state() == HostContainer.State.RUNNING)
              .findFirst()
              .orElseThrow(
                  () ->
                      new RecoverException(
                          Kind.NOT_RUNNING,
                          "the service " + service + " does not run",
                          "start it: btcpay-up.sh; see docker-compose logs " + service));
      return new ContainerCommand(engine, container, SILENCE).run(words, input);
    } catch (DeploymentException | IOException e) {
      throw new RecoverException(
          Kind.NOT_RUNNING,
          "cannot run %s in the container of %s: %s"
              .formatted(words.getFirst(), service, e.getMessage()),
          "see docker-compose logs " + service,
          e);
    }
  }
}
