package dev.lightkeeper.cli;

import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
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
        .setOut(utf8(System.out))
        .setErr(utf8(System.err))
        .setExecutionStrategy(Main::run)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::misused)
        .setExecutionExceptionHandler(Main::failed);
  }

  private static int run(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    if (!last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
      boolean daemon = last.commandSpec().name().equals("watch");
      GlobalOptions.of(last.commandSpec()).ifPresent(o -> Logging.configure(o, daemon));
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  /** Arrows and dots print as such even where the locale is C, as it is under systemd. */
  private static PrintWriter utf8(PrintStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /**
   * One line and where to read on: a whole page of help would push the reason off the screen. Only
   * who names no command gets the list of them.
   */
  private static int misused(ParameterException thrown, String[] arguments) {
    CommandLine command = thrown.getCommandLine();
    Failure failure = Misuse.of(thrown);
    boolean json = List.of(arguments).contains("--json");
    command.getErr().println(json ? failure.json() : failure.text());
    boolean commandless = thrown.getClass() == ParameterException.class;
    if (!json && commandless && !command.getSubcommands().isEmpty()) {
      command.usage(command.getErr());
    }
    command.getErr().flush();
    return failure.code().value();
  }

  private static int failed(Exception thrown, CommandLine command, ParseResult parsed) {
    Failure failure = Failure.of(thrown);
    PrintWriter err = command.getErr();
    Optional<GlobalOptions> options = GlobalOptions.of(command.getCommandSpec());
    err.println(options.map(GlobalOptions::json).orElse(false) ? failure.json() : failure.text());
    if (options.map(GlobalOptions::verbose).orElse(false)) {
      thrown.printStackTrace(err);
    }
    err.flush();
    return failure.code().value();
  }
}
