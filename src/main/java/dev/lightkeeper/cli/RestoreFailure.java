package dev.lightkeeper.cli;

import dev.lightkeeper.recover.RecoverException;
import dev.lightkeeper.restore.RestoreException;

/** What a restore, a drill or a recovery that failed means at the terminal. */
final class RestoreFailure {
  private RestoreFailure() {}

  static CliException of(RestoreException e) {
    ExitCode code =
        switch (e.kind()) {
          case REFUSED -> ExitCode.REFUSED;
          case UNREACHABLE -> ExitCode.UNREACHABLE;
          case LOCKED -> ExitCode.LOCKED;
          case NOT_FOUND -> ExitCode.NOT_FOUND;
          case STUCK -> ExitCode.HALF_WAY;
          case ARCHIVE, NO_SPACE, ROLLED_BACK -> ExitCode.FAILED;
        };
    return new CliException(code, e.what(), e.remedy());
  }

  static CliException of(RecoverException e) {
    ExitCode code =
        switch (e.kind()) {
          case NO_WALLET -> ExitCode.REFUSED;
          case WRONG_BACKUP -> ExitCode.WRONG_KEY;
          case NOT_FOUND -> ExitCode.NOT_FOUND;
          case NOT_RUNNING, FAILED -> ExitCode.FAILED;
        };
    return new CliException(code, e.what(), e.remedy());
  }
}
