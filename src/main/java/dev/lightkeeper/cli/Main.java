package dev.lightkeeper.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The entry point. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The whole command line; tests give it writers of their own. */
  public static CommandLine commandLine() {
    return new CommandLine(new Lightkeeper())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Main::failed);
  }

  private static int failed(Exception thrown, CommandLine command, ParseResult parsed) {
    Failure failure = Failure.of(thrown);
    PrintWriter err = command.getErr();
    err.println(failure.text());
    if (GlobalOptions.of(command.getCommandSpec()).map(GlobalOptions::verbose).orElse(false)) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return failure.code().value();
  }
}
