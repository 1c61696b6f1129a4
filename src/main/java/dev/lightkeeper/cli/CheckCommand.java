package dev.lightkeeper.cli;

import dev.lightkeeper.config.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tries everything that watching will need. */
@Command(
    name = "check",
    description =
        "Check the configuration, read every node's file and the secrets of alerts, and try every"
            + " remote: log in, write, fsync, rename, read back. No alert is sent.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:all is well, or only warnings",
      "1:a file cannot be read, or a remote refuses something",
      "2:usage",
      "3:some remotes work and some do not",
      "10:a remote's folder is missing",
      "12:wrong key or host key",
      "14:configuration",
      "15:remote unreachable"
    },
    footerHeading = "Examples:%n",
    footer = {"  lightkeeper check", "  lightkeeper check --config ./lightkeeper.toml --json"})
final class CheckCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Override
  public Integer call() throws ConfigException, CliException, InterruptedException {
    return new SetupTrial(global).run(global.configFile()).value();
  }
}
