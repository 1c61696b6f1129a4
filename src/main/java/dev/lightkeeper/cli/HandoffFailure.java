package dev.lightkeeper.cli;

import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.handoff.HandoffException;

/** What a failed handoff means to the person at the terminal. */
final class HandoffFailure {
  private HandoffFailure() {}

  static CliException of(HandoffException e) {
    ExitCode code =
        switch (e.kind()) {
          case REFUSED, NODE -> ExitCode.REFUSED;
          case UNREACHABLE -> ExitCode.UNREACHABLE;
          case NOT_FOUND -> ExitCode.NOT_FOUND;
          case LOCKED -> ExitCode.LOCKED;
          case STATE -> ExitCode.FAILED;
        };
    return new CliException(code, e.what(), e.remedy());
  }

  static CliException of(DeploymentException e) {
    return new CliException(ExitCode.FAILED, e.what(), e.remedy());
  }
}
