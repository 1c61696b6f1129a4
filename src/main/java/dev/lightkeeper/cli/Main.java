package dev.lightkeeper.cli;

/** The entry point. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(ExitCode.OK.value());
  }
}
