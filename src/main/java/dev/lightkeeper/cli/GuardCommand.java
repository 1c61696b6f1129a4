package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.GuardFile;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.SystemdNotifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Keeps nodes that were handed off from running on this host. */
@Command(
    name = "guard",
    description = {
      "Keep nodes that were handed off from running on this host, until stopped: hold the locks of"
          + " their channel databases, stop their containers if anything starts them, and make the"
          + " offer void on every remote if one ran.",
      "Also stops a node that the watcher saw run elsewhere, where guard = \"stop\" or a handoff"
          + " says so. Does nothing otherwise. Needs root.",
      "The locks need the state folder alone: they are held whatever is wrong with the"
          + " configuration."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:with --status: nothing is locked, or all of it is held",
      "1:failed",
      "2:usage",
      "3:with --status: the offer is void, or something could not be done",
      "10:with --status: no guard reported within the last two minutes",
      "11:another guard runs",
      "14:configuration, where not even its state folder is there; otherwise locks are held, and it"
          + " is read again until it can be taken",
      "130:stopped by Ctrl-C",
      "143:stopped by SIGTERM"
    },
    footerHeading = "Examples:%n",
    footer = {"  lightkeeper guard", "  lightkeeper guard --status"})
final class GuardCommand implements Callable<Integer> {
  private static final Duration STALE = Duration.ofMinutes(2);

  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Option(names = "--status", description = "Say what the running guard holds, and end.")
  private boolean status;

  @Override
  public Integer call() throws Exception {
    Path state = state();
    if (status) {
      return report(state).value();
    }
    GuardDaemon daemon =
        new GuardDaemon(
            state, () -> settings(state), Engine::open, SystemdNotifier.of(System.getenv()));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(daemon::stop));
    daemon.run();
    return ExitCode.OK.value();
  }

  /** Of a configuration with mistakes too: what is locked is in the state folder alone. */
  private Path state() throws ConfigException {
    try {
      return ConfigFile.load(global.configFile()).state();
    } catch (ConfigException e) {
      Path state = ConfigFile.state(global.configFile(), System.getenv());
      if (Files.isDirectory(state)) {
        return state;
      }
      throw e;
    }
  }

  private GuardDaemon.Settings settings(Path state) throws ConfigException, CliException {
    Config config = ConfigFile.load(global.configFile());
    if (!config.state().equals(state)) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          "its state folder is %s, and this guard holds the locks of %s"
              .formatted(config.state(), state),
          "restart it: systemctl restart lightkeeper-guard");
    }
    return new GuardDaemon.Settings(
        Nodes.of(config), HandoffCommand.remotes(config), new Messenger(config));
  }

  private ExitCode report(Path state) throws CliException {
    Optional<GuardFile.Report> read;
    try {
      read = new GuardFile(state).read();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the guard's report cannot be read: " + Words.failure(e),
          "run this as root");
    }
    GuardFile.Report report = read.orElse(null);
    if (report == null || report.at().plus(STALE).isBefore(Instant.now())) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          report == null ? "no guard ever ran here" : "no guard reported since " + report.at(),
          "start it: systemctl start lightkeeper-guard");
    }
    boolean well = report.round().problems().isEmpty() && report.round().voided() == null;
    ExitCode code = well ? ExitCode.OK : ExitCode.PARTIAL;
    if (global.json()) {
      global.out().println(Json.print(report));
    } else {
      print(report);
    }
    global.out().flush();
    return code;
  }

  private void print(GuardFile.Report report) {
    String offer = report.round().offer();
    if (offer == null) {
      global.out().println("Nothing is locked on this host.");
      return;
    }
    global.out().println("Locked by the handoff " + offer + ":");
    report.round().holding().forEach(f -> global.out().println("  holds " + f));
    if (report.round().voided() != null) {
      global.out().println("The offer is void: " + report.round().voided());
    }
    report.round().owed().forEach(r -> global.out().println("  not yet told: " + r));
    report.round().problems().forEach(global::warn);
  }
}
