package dev.lightkeeper.cli;

import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.recover.RecoverException;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.StoredArchive;
import dev.lightkeeper.restore.Restore;
import dev.lightkeeper.restore.RestoreException;
import dev.lightkeeper.restore.RestoreFolder;
import dev.lightkeeper.restore.RestoreOrder;
import dev.lightkeeper.restore.RestoreSummary;
import dev.lightkeeper.shelf.ArchiveFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Brings a server back from an archive. */
@Command(
    name = "restore",
    description = {
      "Bring this server back from an archive, ours or of btcpay-backup.sh: volumes and databases,"
          + " and the newest channel backup there is.",
      "Channel databases are never put in place: an old one loses the funds. They are kept aside."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:restored, and everything runs; with --recover, every channel is closed or closing",
      "1:failed; the host is as it was",
      "2:usage",
      "3:restored, but not everything runs, not every remote could be asked, or a channel still"
          + " waits for its peer",
      "10:no such archive, or nothing to roll back",
      "11:another restore runs",
      "12:wrong passphrase or key; a channel backup that its node cannot open",
      "13:refused for safety; nothing was touched",
      "14:configuration",
      "15:remote unreachable",
      "130:interrupted; the host is as it was"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper restore latest --dry-run",
      "  lightkeeper restore /root/backup.tar.gz.gpg",
      "  lightkeeper restore 20261123T021500Z --remote offsite",
      "  lightkeeper restore latest --remote sftp://lk@backup.example.com/srv/lk --key"
          + " ./id_ed25519",
      "  lightkeeper restore --recover",
      "  lightkeeper restore --rollback"
    })
final class RestoreCommand implements Callable<Integer> {
  private static final String LATEST = "latest";
  private static final long LONGEST_END_MINUTES = 30;

  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final RemoteChoice choice = new RemoteChoice();

  @Parameters(
      arity = "0..1",
      paramLabel = "ARCHIVE",
      description = "A file, an archive's name or time, or 'latest'.")
  private @Nullable String wanted;

  @Option(names = "--dry-run", description = "Read and check the archive, print the plan, stop.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Option(
      names = "--rollback",
      description = "Undo the last restore; or what one that was killed had begun.")
  private boolean rollback;

  @Option(
      names = "--recover",
      description =
          "Then get the channels' funds back: each node's own recovery, which has its peers close"
              + " the channels; without ARCHIVE, of the last restore. Can be run again.")
  private boolean recover;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      converter = WaitConverter.class,
      description =
          "With --recover: how long channels are followed, such as 30m (default: until each is"
              + " settled on chain; to stop waiting is harmless).")
  private @Nullable Duration wait;

  @Option(
      names = "--migrate",
      description = "Put channel databases in place. Always refused in this version.")
  private boolean migrate;

  @Option(
      names = "--environment",
      paramLabel = "FILE",
      description = "BTCPay Server's profile script (default: /etc/profile.d/btcpay-env.sh).")
  private @Nullable Path environment;

  @Override
  public Integer call() throws Exception {
    if (migrate) {
      throw LiveChannelState.refused();
    }
    boolean recoverOnly = recover && wanted == null && !rollback;
    if (!recoverOnly && (rollback == (wanted != null) || (rollback && recover))) {
      throw new CliException(
          ExitCode.USAGE,
          rollback ? "--rollback goes with no archive and no --recover" : "which archive?",
          "name a file, a time or 'latest'; see 'lightkeeper archives'");
    }
    Optional<Config> config =
        Files.exists(global.configFile())
            ? Optional.of(ConfigFile.load(global.configFile()))
            : Optional.empty();
    try (Engine engine = Engine.open()) {
      BtcpayEnvironment btcpay = BtcpayEnvironment.read(profile(config));
      Questions questions =
          yes || dryRun
              ? Questions.unanswered(global.err())
              : new Questions(System.in, global.err());
      RestoreView view = new RestoreView(global, questions, dryRun, yes);
      Restore restore = new Restore(engine, btcpay, view);
      RecoverySteps recovery = new RecoverySteps(global, questions, yes, wait);
      return held(
          () -> {
            if (rollback) {
              return rollBack(restore, questions);
            }
            int restored =
                recoverOnly ? ExitCode.OK.value() : run(restore, engine, btcpay, config, view);
            boolean there = restored == ExitCode.OK.value() || restored == ExitCode.PARTIAL.value();
            if (!recover || dryRun || !there) {
              return restored;
            }
            int recovered = recovery.run(engine, btcpay).value();
            return recovered == ExitCode.OK.value() ? restored : recovered;
          });
    } catch (RestoreException e) {
      throw new CliException(codeOf(e.kind()), e.what(), e.remedy());
    } catch (RecoverException e) {
      throw new CliException(codeOf(e.kind()), e.what(), e.remedy());
    }
  }

  private Path profile(Optional<Config> config) {
    if (environment != null) {
      return environment;
    }
    Config.BackupSection backup = config.map(Config::backup).orElse(null);
    return backup == null ? BtcpayEnvironment.USUAL_PROFILE : backup.environment();
  }

  private int run(
      Restore restore,
      Engine engine,
      BtcpayEnvironment btcpay,
      Optional<Config> config,
      RestoreView view)
      throws Exception {
    List<Remote> remotes =
        config.isPresent() || choice.chosen() ? choice.remotes(global) : List.of();
    Path archive = archive(engine, btcpay, config, remotes);
    Config.BackupSection backup = config.map(Config::backup).orElse(null);
    Passphrase passphrase =
        BackupPassphrase.find(
            System.getenv(), backup == null ? null : backup.passphraseFile(), global);
    RestoreOrder order =
        new RestoreOrder(
            archive,
            passphrase,
            btcpay.profile(),
            config.map(Config::state).orElse(null),
            remotes,
            config.map(Nodes::of).orElse(List.of()));
    Optional<RestoreSummary> summary = restore.run(order);
    if (summary.isEmpty()) {
      return (dryRun ? ExitCode.OK : ExitCode.INTERRUPTED).value();
    }
    return view.report(summary.get()).value();
  }

  /** A file as it is; else from this host's folder, else from a remote. */
  private Path archive(
      Engine engine, BtcpayEnvironment btcpay, Optional<Config> config, List<Remote> remotes)
      throws Exception {
    String name = String.valueOf(wanted);
    if (!name.equals(LATEST) && Files.isRegularFile(Path.of(name))) {
      return Path.of(name).toAbsolutePath();
    }
    if (!choice.chosen() && config.isPresent()) {
      Optional<ArchiveFolder> folder = ArchivePlaces.folder(config.get());
      if (folder.isPresent()) {
        Optional<Path> here = here(folder.get(), name);
        if (here.isPresent()) {
          return here.get();
        }
      }
    }
    if (remotes.isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "there is no archive " + name,
          "name a file, or a remote with --remote; see 'lightkeeper archives'");
    }
    Path downloads =
        RestoreFolder.in(Deployment.discoverOrNew(engine, btcpay).dockerRoot())
            .path()
            .resolve("fetched");
    Files.createDirectories(downloads);
    return new ArchiveFetch(global, remotes, false).into(downloads, name);
  }

  private static Optional<Path> here(ArchiveFolder folder, String name) throws Exception {
    return folder.list().stream()
        .filter(StoredArchive::complete)
        .map(StoredArchive::name)
        .filter(
            a ->
                name.equals(LATEST)
                    ? !a.migration()
                    : a.fileName().equals(name) || a.fileName().startsWith(name + "-"))
        .max(Comparator.<ArchiveName>naturalOrder())
        .map(folder::file);
  }

  private int rollBack(Restore restore, Questions questions) throws Exception {
    if (!yes
        && !questions.yes(
            "Undo the last restore: what is on this host now goes aside, what was before comes"
                + " back. Go on?")) {
      return ExitCode.INTERRUPTED.value();
    }
    Path kept = restore.rollBack();
    global.out().println("Rolled back. What was restored is kept in " + kept);
    global.out().println("Never start a node with what is in there.");
    global.out().flush();
    return ExitCode.OK.value();
  }

  private interface Work {
    int run() throws Exception;
  }

  /** SIGINT or SIGTERM: the process ends only once the host is as it was. */
  private static int held(Work work) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    Thread worker = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      if (ended.getCount() > 0) {
                        worker.interrupt();
                        try {
                          boolean _ = ended.await(LONGEST_END_MINUTES, TimeUnit.MINUTES);
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      }
                    }));
    try {
      return work.run();
    } finally {
      ended.countDown();
    }
  }

  private static ExitCode codeOf(RecoverException.Kind kind) {
    return switch (kind) {
      case NO_WALLET -> ExitCode.REFUSED;
      case WRONG_BACKUP -> ExitCode.WRONG_KEY;
      case NOT_FOUND -> ExitCode.NOT_FOUND;
      case NOT_RUNNING, FAILED -> ExitCode.FAILED;
    };
  }

  private static ExitCode codeOf(RestoreException.Kind kind) {
    return switch (kind) {
      case REFUSED -> ExitCode.REFUSED;
      case LOCKED -> ExitCode.LOCKED;
      case NOT_FOUND -> ExitCode.NOT_FOUND;
      case ARCHIVE, NO_SPACE, ROLLED_BACK, STUCK -> ExitCode.FAILED;
    };
  }
}
