package dev.lightkeeper.cli;

import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is said about a command line that cannot be understood. */
final class Misuse {
  private static final String WHOLE = " is not a whole number";

  private Misuse() {}

  /** The failure: what is wrong, and the help that tells how it is written. */
  static Failure of(ParameterException thrown) {
    String program = thrown.getCommandLine().getCommandSpec().qualifiedName();
    String help = "see '" + program + " --help'";
    return new Failure(ExitCode.USAGE, message(thrown, program), suggested(thrown) + help);
  }

  private static String message(ParameterException thrown, String program) {
    if (thrown instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      boolean command = !thrown.getCommandLine().getSubcommands().isEmpty();
      return (command ? "there is no command " : program + " does not take the argument ")
          + String.join(" ", unmatched.getUnmatched());
    }
    return String.valueOf(thrown.getMessage()).replaceAll(" is not an? (int|long)$", WHOLE);
  }

  private static String suggested(ParameterException thrown) {
    List<String> near =
        thrown instanceof UnmatchedArgumentException unmatched
            ? unmatched.getSuggestions()
            : List.of();
    return near.isEmpty() ? "" : "is " + String.join(" or ", near) + " meant? Or ";
  }
}
