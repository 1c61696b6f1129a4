package dev.lightkeeper.setup;

import dev.lightkeeper.deployment.ChildCommand;
import dev.lightkeeper.deployment.ContainerCommand;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.scb.BackupKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks a running Core Lightning for its channel backups' key: {@code lightning-cli makesecret
 * string="scb secret"}, in the container that has the node's folder, or on this host.
 *
 * @param file the node's {@code emergency.recover}
 * @param program {@code lightning-cli} on this host
 */
public record ClnKeyRequest(Path file, String program) {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> QUESTION = List.of("makesecret", "string=scb secret");
  // As BTCPay Server's bitcoin-lightning-cli.sh calls it.
  private static final List<String> IN_CONTAINER =
      List.of("lightning-cli", "--rpc-file", "/root/.lightning/lightning-rpc");

  /** How it was asked, and what it printed. */
  private record Answer(String where, int exitCode, String printed, String errors) {}

  /**
   * The key.
   *
   * @throws SetupException if it cannot be had
   */
  public BackupKey fetch() throws SetupException, InterruptedException {
    Optional<Answer> contained = inContainer();
    Answer answer = contained.isPresent() ? contained.get() : onThisHost();
    if (answer.exitCode() != 0) {
      String said = answer.errors().isBlank() ? answer.printed() : answer.errors();
      throw new SetupException(
          "lightning-cli %s ended with %d: %s"
              .formatted(answer.where(), answer.exitCode(), said.strip()),
          "see that the node runs; or give the key with --from: lightning-cli makesecret"
              + " string=\"scb secret\"");
    }
    return BackupKey.parse(answer.printed().getBytes(StandardCharsets.UTF_8))
        .orElseThrow(
            () ->
                new SetupException(
                    "lightning-cli %s did not answer with a secret".formatted(answer.where()),
                    "see what it says: lightning-cli makesecret string=\"scb secret\""));
  }

  private Optional<Answer> inContainer() throws SetupException, InterruptedException {
    Path folder = file.getParent();
    if (folder == null) {
      return Optional.empty();
    }
    try (Engine engine = Engine.open()) {
      for (HostContainer container : engine.containers()) {
        if (container.state() == HostContainer.State.RUNNING && container.canWriteTo(folder)) {
          return Optional.of(ask(engine, container));
        }
      }
    } catch (DeploymentException e) {
      // Without Docker the node runs on this host.
    }
    return Optional.empty();
  }

  private static Answer ask(Engine engine, HostContainer container)
      throws SetupException, InterruptedException {
    String where = "in container " + container.name();
    try {
      ContainerCommand.Ended ended =
          new ContainerCommand(engine, container, LIMIT).run(words(IN_CONTAINER), new byte[0]);
      return new Answer(where, ended.exitCode(), ended.printed(), ended.errors());
    } catch (DeploymentException | IOException e) {
      throw new SetupException(
          "lightning-cli cannot be run %s: %s".formatted(where, e.getMessage()),
          "see docker logs " + container.name());
    }
  }

  private Answer onThisHost() throws SetupException, InterruptedException {
    Path network = file.getParent();
    Path folder = network == null ? null : network.getParent();
    if (network == null || folder == null) {
      throw new SetupException(file + " is in no node's folder", "correct file = there");
    }
    List<String> prefix =
        List.of(program, "--lightning-dir=" + folder, "--network=" + network.getFileName());
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      ChildCommand.Ended ended =
          new ChildCommand(words(prefix), System.getenv(), Path.of("/")).run(printed, LIMIT);
      return new Answer(
          "on this host",
          ended.exitCode(),
          printed.toString(StandardCharsets.UTF_8),
          ended.errors());
    } catch (IOException e) {
      throw new SetupException(
          "lightning-cli cannot be run on this host: " + e.getMessage(),
          "name it with --lightning-cli, or give the key with --from");
    }
  }

  private static List<String> words(List<String> prefix) {
    List<String> words = new ArrayList<>(prefix);
    words.addAll(QUESTION);
    return words;
  }
}
