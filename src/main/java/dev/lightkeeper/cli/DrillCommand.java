package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.Drill;
import dev.lightkeeper.restore.DrillResult;
import dev.lightkeeper.restore.DrillSite;
import dev.lightkeeper.restore.RestoreException;
import dev.lightkeeper.restore.RestoreOrder;
import dev.lightkeeper.stream.BackupOpener;
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
      "0:the archive can be restored, and every node in it has a channel backup that opens, where"
          + " there is its key",
      "1:it cannot be restored",
      "2:usage",
      "3:it can; but some remote could not be asked, or a node has no channel backup that opens",
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
  @Mixin private final ProfileOption profile = new ProfileOption();

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

  @Override
  public Integer call() throws Exception {
    Optional<Config> config = global.config();
    if (scratch != null && !Files.isDirectory(scratch)) {
      throw new CliException(
          ExitCode.USAGE, "there is no folder " + scratch, "name one that is there");
    }
    try {
      return sweep ? sweep(config) : EndsInOrder.run(() -> accounted(config));
    } catch (RestoreException e) {
      throw RestoreFailure.of(e);
    }
  }

  private int sweep(Optional<Config> config) throws Exception {
    try (Engine engine = Engine.open();
        DrillSite swept = DrillSite.in(parent(discover(engine, config)), engine)) {
      global.note("Nothing of a drill is left below " + swept.path().getParent());
      return ExitCode.OK.value();
    }
  }

  /** A drill whose end, whatever it is, those who are to know learn of. */
  private int accounted(Optional<Config> config) throws Exception {
    Instant at = Instant.now();
    long began = System.nanoTime();
    DrillView view = new DrillView(global, at);
    DrillNews news = new DrillNews(global, config.orElse(null));
    news.started();
    try {
      List<Remote> remotes =
          config.isPresent() || choice.chosen() ? choice.remotes(global) : List.of();
      archives(config, remotes).insistPossible(wanted);
      try (Engine engine = Engine.open()) {
        Deployment deployment = discover(engine, config);
        DrillReport report;
        try (DrillSite site = DrillSite.in(parent(deployment), engine)) {
          report = drill(config, remotes, engine, deployment, site, view, began);
        }
        news.ended(report);
        view.print(report, deployment);
        return report.exitCode();
      }
    } catch (Exception e) {
      Failure failure = failure(e);
      switch (failure.code()) {
        case LOCKED -> {} // that is the other drill's to tell
        case INTERRUPTED -> news.interrupted();
        default -> news.ended(view.failed(failure, since(began)));
      }
      throw e;
    }
  }

  private ArchiveChoice archives(Optional<Config> config, List<Remote> remotes) {
    return new ArchiveChoice(global, config, remotes, choice.chosen(), false);
  }

  private Deployment discover(Engine engine, Optional<Config> config) throws Exception {
    return Deployment.discover(engine, BtcpayEnvironment.read(profile.file(config)));
  }

  private Path parent(Deployment deployment) {
    return scratch == null ? deployment.dockerRoot() : scratch.toAbsolutePath();
  }

  private DrillReport drill(
      Optional<Config> config,
      List<Remote> remotes,
      Engine engine,
      Deployment deployment,
      DrillSite site,
      DrillView view,
      long began)
      throws Exception {
    view.step("looking for the archive");
    Path archive =
        archives(config, remotes)
            .get(wanted, () -> Files.createDirectory(site.path().resolve("fetched")));
    Duration fetching = archive.startsWith(site.path()) ? since(began) : Duration.ZERO;
    view.archive(archive);
    Config.BackupSection backup = config.map(Config::backup).orElse(null);
    BackupOpener opener =
        config.isPresent()
            ? BackupKeys.of(config.get(), System.getenv(), global::warn).opener(config.get())
            : BackupOpener.WITHOUT_KEYS;
    DrillResult result =
        new Drill(engine, deployment, view::step)
            .run(
                new RestoreOrder(
                    archive,
                    BackupPassphrase.find(
                        System.getenv(),
                        backup == null ? null : backup.passphraseFile(),
                        deployment::environment,
                        global),
                    deployment.environment().profile(),
                    config.map(Config::state).orElse(null),
                    remotes,
                    config.map(Nodes::of).orElse(List.of()),
                    opener,
                    null),
                site);
    return view.report(result, opener, fetching, since(began));
  }

  private static Failure failure(Exception e) {
    return Failure.of(e instanceof RestoreException refused ? RestoreFailure.of(refused) : e);
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
