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
    footerHeading = "%nExamples:%n",
    footer = {
      "  lightkeeper watch",
      "  lightkeeper watch --config ./lightkeeper.toml --verbose",
      "  systemctl enable --now lightkeeper",
      "",
      "SIGTERM or Ctrl-C: what was observed is published first, for at most `flush` of the",
      "configuration; what is left stays in the spool and is sent at the next start.",
      "",
      "Exit codes: 11 another daemon runs, 14 configuration, 1 anything else."
    })
final class WatchCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Override
  public Integer call() throws ConfigException, CliException, InterruptedException {
    ConfigFile.Loaded loaded = ConfigFile.read(global.configFile(), System.getenv());
    loaded.notices().forEach(global::note);
    Config config = loaded.config();
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
            config.state(),
            config.watch(),
            Nodes.wishes(config),
            SystemdNotifier.of(System.getenv()),
            config.backup() == null ? null : config.source());
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
