package dev.lightkeeper.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.health.StatusFile;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.page.Overview.Backups;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether every remote holds the newest version of every node. */
@Command(
    name = "status",
    description =
        "Say whether every remote holds the newest version of every node, and how the last backup"
            + " and the last drill ended.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:the daemon runs, no alert is open, every remote holds the newest of every node",
      "1:no remote is known to hold the newest of every node, or a node cannot be read",
      "2:usage",
      "3:some remotes are behind, an alert is open, or the daemon is down",
      "14:configuration"
    },
    footerHeading = "Examples:%n",
    footer = {"  lightkeeper status", "  lightkeeper status --json | jq .alerts"})
final class StatusCommand implements Callable<Integer> {
  /** A daemon that lives reports far more often. */
  private static final Duration STALE = Duration.ofMinutes(2);

  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Override
  public Integer call() throws Exception {
    Config config = ConfigFile.load(global.configFile());
    Instant now = Instant.now();
    StatusReport report = report(config, now);
    boolean stale =
        report.daemon() == StatusReport.DaemonState.RUNNING
            && report.at().plus(STALE).isBefore(now);
    ExitCode code = stale ? ExitCode.FAILED : Standing.of(report);
    LastRuns last = LastRuns.of(config);
    if (global.json()) {
      global
          .out()
          .println(Json.print(new Printed(report, last.backup(), last.drill(), code.value())));
      global.out().flush();
    } else {
      new StatusView(report, last, now).print(global.out(), Words.terminalWidth());
    }
    if (stale) {
      global.warn(
          "the daemon runs but has not reported for %s: restart it: systemctl restart lightkeeper"
              .formatted(Words.duration(Duration.between(report.at(), now))));
    }
    return code.value();
  }

  private static StatusReport report(Config config, Instant now) throws CliException {
    StatusFile file = new StatusFile(config.state());
    try {
      Optional<Long> daemon = ProcessLock.holder(config.state());
      CurrentStatus status = new CurrentStatus(config, file.read().orElse(null));
      return daemon.isPresent() ? status.up(daemon.get(), now) : status.down(now);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the daemon's report in " + config.state() + " cannot be read: " + e,
          "run this as root, or as the user the daemon runs as");
    }
  }

  /** The documented shape of {@code status --json}. */
  private record Printed(
      @JsonUnwrapped StatusReport report,
      @Nullable Backups backup,
      @Nullable DrillReport drill,
      int exitCode) {}
}
