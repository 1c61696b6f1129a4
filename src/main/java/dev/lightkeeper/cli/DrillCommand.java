package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.health.DrillFile;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.Drill;
import dev.lightkeeper.restore.DrillResult;
import dev.lightkeeper.restore.DrillSite;
import dev.lightkeeper.restore.RestoreException;
import dev.lightkeeper.restore.RestoreOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tries whether the newest archive could be restored. */
@Command(
    name = "drill",
    description = {
      "Try a restore without doing it: the newest archive into a folder of its own and into"
          + " databases of their own, without a network; then say what a real one would take, and"
          + " remove it all.",
      "No node is started, and nothing that runs is touched."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:the archive can be restored, and every node in it has a channel backup",
      "1:it cannot be restored",
      "2:usage",
      "3:it can; but some remote could not be asked, or a node has no channel backup",
      "10:no such archive, or no BTCPay Server here",
      "11:another drill runs",
      "12:wrong passphrase or key",
      "13:a restore of it would be refused for safety",
      "14:configuration",
      "15:remote unreachable",
      "130:interrupted; everything is removed"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper drill",
      "  lightkeeper drill --remote offsite",
      "  lightkeeper drill /root/backup.tar.gz.gpg --scratch /mnt/big"
    })
final class DrillCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final RemoteChoice choice = new RemoteChoice();

  @Parameters(
      arity = "0..1",
      paramLabel = "ARCHIVE",
      defaultValue = ArchiveChoice.LATEST,
      description = "A file, an archive's name or time, or 'latest', which is the default.")
  private String wanted = ArchiveChoice.LATEST;

  @Option(
      names = "--scratch",
      paramLabel = "FOLDER",
      description =
          "Where there is room for all that the archive holds (default: Docker's own folder).")
  private @Nullable Path scratch;

  @Option(
      names = "--sweep",
      description = "Only remove what a drill that was killed left; nothing is fine.")
  private boolean sweep;

  @Option(
      names = "--environment",
      paramLabel = "FILE",
      description = "BTCPay Server's profile script (default: /etc/profile.d/btcpay-env.sh).")
  private @Nullable Path environment;

  @Override
  public Integer call() throws Exception {
    Optional<Config> config =
        Files.exists(global.configFile())
            ? Optional.of(ConfigFile.load(global.configFile()))
            : Optional.empty();
    try (Engine engine = Engine.open()) {
      Deployment deployment = Deployment.discover(engine, BtcpayEnvironment.read(profile(config)));
      Path parent = scratch == null ? deployment.dockerRoot() : scratch.toAbsolutePath();
      if (!Files.isDirectory(parent)) {
        throw new CliException(
            ExitCode.USAGE, "there is no folder " + parent, "name one that is there");
      }
      return EndsInOrder.run(() -> run(config, engine, deployment, parent));
    } catch (RestoreException e) {
      throw new CliException(RestoreCommand.codeOf(e.kind()), e.what(), e.remedy());
    }
  }

  private Path profile(Optional<Config> config) {
    if (environment != null) {
      return environment;
    }
    Config.BackupSection backup = config.map(Config::backup).orElse(null);
    return backup == null ? BtcpayEnvironment.USUAL_PROFILE : backup.environment();
  }

  private int run(Optional<Config> config, Engine engine, Deployment deployment, Path parent)
      throws Exception {
    Instant at = Instant.now();
    long began = System.nanoTime();
    try (DrillSite site = DrillSite.in(parent, engine)) {
      if (sweep) {
        return ExitCode.OK.value();
      }
      DrillView view = new DrillView(global, at);
      DrillReport report;
      try {
        report = drill(config, engine, deployment, site, view, began);
      } catch (Exception e) {
        Failure failure = failure(e);
        if (failure.code() != ExitCode.INTERRUPTED) {
          write(config, view.failed(failure, since(began)));
        }
        throw e;
      }
      write(config, report);
      view.print(report, deployment);
      return report.exitCode();
    }
  }

  private DrillReport drill(
      Optional<Config> config,
      Engine engine,
      Deployment deployment,
      DrillSite site,
      DrillView view,
      long began)
      throws Exception {
    List<Remote> remotes =
        config.isPresent() || choice.chosen() ? choice.remotes(global) : List.of();
    view.step("looking for the archive");
    Path archive =
        new ArchiveChoice(global, config, remotes, choice.chosen(), false)
            .get(wanted, () -> Files.createDirectory(site.path().resolve("fetched")));
    Duration fetching = archive.startsWith(site.path()) ? since(began) : Duration.ZERO;
    view.archive(archive);
    Config.BackupSection backup = config.map(Config::backup).orElse(null);
    DrillResult result =
        new Drill(engine, deployment, view::step)
            .run(
                new RestoreOrder(
                    archive,
                    BackupPassphrase.find(
                        System.getenv(), backup == null ? null : backup.passphraseFile(), global),
                    deployment.environment().profile(),
                    config.map(Config::state).orElse(null),
                    remotes,
                    config.map(Nodes::of).orElse(List.of()),
                    null),
                site);
    return view.report(result, fetching, since(began));
  }

  private static Failure failure(Exception e) {
    return e instanceof RestoreException refused
        ? new Failure(RestoreCommand.codeOf(refused.kind()), refused.what(), refused.remedy())
        : Failure.of(e);
  }

  /** Where the daemon, an alert or a person looks later. */
  private void write(Optional<Config> config, DrillReport report) {
    Path state = config.map(Config::state).orElse(null);
    if (state == null || !Files.isDirectory(state)) {
      return;
    }
    DrillFile file = new DrillFile(state);
    try {
      file.write(report);
    } catch (IOException e) {
      global.warn(file.path() + " could not be written: " + Words.failure(e));
    }
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
