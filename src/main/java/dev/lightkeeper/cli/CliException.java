package dev.lightkeeper.cli;

/**
 * A command cannot do what was asked, for a reason its user can act upon. Printed without a stack
 * trace.
 */
public final class CliException extends Exception {
  private final ExitCode code;
  private final String remedy;

  /**
   * @param message what happened, to which thing: one sentence without a full stop
   * @param remedy what the person can do next: one sentence without a full stop
   */
  public CliException(ExitCode code, String message, String remedy) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }

  /** The process's exit code. */
  public ExitCode code() {
    return code;
  }

  /** What happened, to which thing. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next. */
  public String remedy() {
    return remedy;
  }
}
