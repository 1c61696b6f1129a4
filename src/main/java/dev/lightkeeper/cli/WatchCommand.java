package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.SystemdNotifier;
import dev.lightkeeper.remote.Remote;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code lightkeeper watch}: the daemon. */
@Command(
    name = "watch",
    description =
        "Stream every change of each node's channel backup to every remote, until stopped.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "1:failed",
      "2:usage",
      "11:another daemon runs",
      "14:configuration",
      "130:stopped by Ctrl-C",
      "143:stopped by SIGTERM"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper watch",
      "  lightkeeper watch --config ./lightkeeper.toml --verbose",
      "  systemctl enable --now lightkeeper",
      "",
      "SIGTERM or Ctrl-C: what was observed is published first, for at most `flush`",
      "of the configuration; what is left stays in the spool and is sent at the next",
      "start."
    })
final class WatchCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Override
  public Integer call() throws ConfigException, CliException, InterruptedException {
    Config config = ConfigFile.load(global.configFile());
    if (config.nodes().isEmpty()) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          config.source() + " names no node to watch",
          "add [nodes.NAME] with kind and file; see 'lightkeeper init'");
    }
    if (config.remotes().isEmpty()) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          config.source() + " names no remote to send to",
          "add [remotes.NAME] with url; see 'lightkeeper init'");
    }
    List<Remote> remotes = new ArrayList<>();
    for (Config.RemoteSection section : config.remotes()) {
      remotes.add(Remotes.of(section));
    }
    Daemon daemon =
        new Daemon(
            Nodes.of(config),
            remotes,
            config,
            SystemdNotifier.of(System.getenv()),
            BackupKeys.of(config, System.getenv(), global::warn).opener(config));
    Thread hook = Thread.ofPlatform().unstarted(() -> stop(daemon));
    Runtime.getRuntime().addShutdownHook(hook);
    daemon.run();
    return ExitCode.OK.value();
  }

  private static void stop(Daemon daemon) {
    try {
      daemon.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
