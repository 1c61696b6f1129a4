package dev.lightkeeper.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program; its commands do the work. */
@Command(
    name = "lightkeeper",
    description = "Losing a server never means losing the Lightning channels on it.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {})
final class Lightkeeper implements Runnable {
  // Read by the commands below it, through GlobalOptions.
  @SuppressWarnings("UnusedVariable")
  @Mixin
  private final GlobalOptions global = new GlobalOptions();

  @Spec private final CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}
