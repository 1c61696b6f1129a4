package dev.lightkeeper.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program; its commands do the work. */
@Command(
    name = "lightkeeper",
    description = "Losing a server must not mean losing the money in its Lightning channels.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InitCommand.class,
      CheckCommand.class,
      WatchCommand.class,
      StatusCommand.class,
      VersionsCommand.class,
      FetchCommand.class,
      ChannelsCommand.class,
      KeyCommand.class,
      BackupCommand.class,
      ArchivesCommand.class,
      PruneCommand.class,
      HandoffCommand.class,
      GuardCommand.class,
      RestoreCommand.class,
      DrillCommand.class,
      AlertCommand.class,
      CompletionCommand.class
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:usage",
      "3:done in part",
      "10:not found",
      "11:locked by another run",
      "12:wrong passphrase or key",
      "13:refused for safety",
      "14:configuration",
      "15:remote unreachable",
      "16:left half way",
      "130:interrupted"
    },
    footerHeading = "Examples:%n",
    footer = {"  lightkeeper status", "  lightkeeper fetch", "  lightkeeper COMMAND --help"})
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
