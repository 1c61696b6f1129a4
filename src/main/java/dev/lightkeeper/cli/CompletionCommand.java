package dev.lightkeeper.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the completion script for bash and zsh. */
@Command(
    name = "completion",
    description = "Print the completion script for bash and zsh.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:printed", "2:usage"},
    footerHeading = "Examples:%n",
    footer = {
      "  source <(lightkeeper completion)",
      "  lightkeeper completion > /etc/bash_completion.d/lightkeeper"
    })
final class CompletionCommand implements Runnable {
  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Spec private final CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    global.out().print(AutoComplete.bash("lightkeeper", spec.root().commandLine()));
    global.out().flush();
  }
}
