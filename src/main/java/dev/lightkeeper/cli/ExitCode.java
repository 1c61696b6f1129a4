package dev.lightkeeper.cli;

/** Exit codes, as documented in the README. */
public enum ExitCode {
  OK(0),
  FAILED(1),
  USAGE(2),
  PARTIAL(3),
  NOT_FOUND(10),
  LOCKED(11),
  WRONG_KEY(12),
  REFUSED(13),
  CONFIGURATION(14),
  UNREACHABLE(15),
  HALF_WAY(16),
  INTERRUPTED(130);

  private final int value;

  ExitCode(int value) {
    this.value = value;
  }

  /** The process's exit status. */
  public int value() {
    return value;
  }
}
