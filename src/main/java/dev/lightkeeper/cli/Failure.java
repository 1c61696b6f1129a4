package dev.lightkeeper.cli;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.backup.BackupException;
import dev.lightkeeper.backup.ServicesDownException;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.RemoteException;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What a command's user is told when it failed.
 *
 * @param remedy what to do next, where that is known
 */
record Failure(ExitCode code, String message, @Nullable String remedy) {

  /** What {@code thrown} means to the person at the terminal. */
  static Failure of(Throwable thrown) {
    return switch (thrown) {
      case CliException e -> new Failure(e.code(), e.what(), e.remedy());
      case RemoteException e -> new Failure(codeOf(e.kind()), e.what(), e.remedy());
      // Each problem in it names its own remedy.
      case ConfigException e ->
          new Failure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), null);
      case BackupException e ->
          new Failure(
              switch (e.kind()) {
                case LOCKED -> ExitCode.LOCKED;
                case REFUSED -> ExitCode.REFUSED;
                case NO_SPACE, FOLDER -> ExitCode.FAILED;
              },
              e.what(),
              e.remedy());
      case ServicesDownException e -> new Failure(ExitCode.FAILED, e.what(), e.remedy());
      case HandoffException e -> {
        CliException said = HandoffFailure.of(e);
        yield new Failure(said.code(), said.what(), said.remedy());
      }
      case DeploymentException e -> new Failure(codeOf(e.kind()), e.what(), e.remedy());
      case ArchiveException e -> new Failure(codeOf(e.kind()), e.what(), e.remedy());
      case InterruptedIOException e -> new Failure(ExitCode.INTERRUPTED, "interrupted", null);
      case IOException e ->
          new Failure(
              ExitCode.FAILED,
              "a file could not be read or written: " + Words.failure(e),
              "see that disk's free space and health (df, dmesg), then run it again");
      case InterruptedException e -> new Failure(ExitCode.INTERRUPTED, "interrupted", null);
      case OutOfMemoryError e ->
          new Failure(
              ExitCode.FAILED,
              "it ran out of memory: " + e.getMessage(),
              "give it more, such as LIGHTKEEPER_JAVA_FLAGS=-Xmx512m, and report that it needs it");
      default ->
          new Failure(
              ExitCode.FAILED,
              "internal error: " + thrown,
              "run it again with --verbose and report what it prints");
    };
  }

  /** The exit code of a command that failed because a remote did. */
  static ExitCode codeOf(RemoteException.Kind kind) {
    return switch (kind) {
      case UNREACHABLE -> ExitCode.UNREACHABLE;
      case HOST_KEY, AUTHENTICATION -> ExitCode.WRONG_KEY;
      case NOT_FOUND -> ExitCode.NOT_FOUND;
      case NO_SPACE, PERMISSION, TORN, FAILED -> ExitCode.FAILED;
    };
  }

  private static ExitCode codeOf(DeploymentException.Kind kind) {
    return switch (kind) {
      case NO_DEPLOYMENT -> ExitCode.NOT_FOUND;
      case ENVIRONMENT, UNEXPECTED_VOLUMES -> ExitCode.CONFIGURATION;
      case INTERRUPTED -> ExitCode.INTERRUPTED;
      case NOT_ROOT,
          NO_DOCKER,
          DOCKER_SILENT,
          AMBIGUOUS,
          DATABASE,
          DUMP,
          LOAD,
          COMPOSE,
          QUIESCE,
          RESUME,
          JOURNAL,
          FAILED ->
          ExitCode.FAILED;
    };
  }

  private static ExitCode codeOf(ArchiveException.Kind kind) {
    return switch (kind) {
      case PASSPHRASE_NEEDED, WRONG_PASSPHRASE -> ExitCode.WRONG_KEY;
      case PASSPHRASE_REFUSED -> ExitCode.CONFIGURATION;
      case TRUNCATED,
          CORRUPT,
          UNPROTECTED,
          ENTRY_DIFFERS,
          NO_MANIFEST,
          UNREADABLE,
          SECRETS_REFUSED ->
          ExitCode.FAILED;
    };
  }

  /** The failure for a terminal. */
  String text() {
    return "lightkeeper: " + message + (remedy == null ? "" : "\n  → " + remedy);
  }

  /** The failure for a program: {@code {"error": {…}}}. */
  String json() {
    return Json.print(new Printed(new Body(code.value(), message, remedy)));
  }

  private record Printed(Body error) {}

  private record Body(int exitCode, String message, @Nullable String remedy) {}
}
