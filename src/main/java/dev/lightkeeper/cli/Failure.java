package dev.lightkeeper.cli;

import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.RemoteException;
import org.jspecify.annotations.Nullable;

/**
 * What a command's user is told when it failed.
 *
 * @param remedy what to do next, where that is known
 */
record Failure(ExitCode code, String message, @Nullable String remedy) {

  /** What {@code thrown} means to the person at the terminal. */
  static Failure of(Exception thrown) {
    return switch (thrown) {
      case CliException e -> new Failure(e.code(), e.what(), e.remedy());
      case RemoteException e -> new Failure(codeOf(e.kind()), e.what(), e.remedy());
      // Each problem in it names its own remedy.
      case ConfigException e ->
          new Failure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), null);
      case InterruptedException e -> new Failure(ExitCode.INTERRUPTED, "interrupted", null);
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
