package dev.lightkeeper.cli;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.backup.Backup;
import dev.lightkeeper.backup.BackupOrder;
import dev.lightkeeper.backup.BackupPlan;
import dev.lightkeeper.backup.BackupSummary;
import dev.lightkeeper.backup.Delivery;
import dev.lightkeeper.backup.OfferOrder;
import dev.lightkeeper.backup.Preflight;
import dev.lightkeeper.backup.Recovery;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.QuiesceMode;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.handoff.CodeShowing;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.shelf.ArchiveFolder;
import dev.lightkeeper.shelf.Retention;
import dev.lightkeeper.stream.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lightkeeper backup}: the nightly archive. */
@Command(
    name = "backup",
    description = {
      "Make the archive that btcpay-backup.sh makes, with services down for seconds, verify it,"
          + " ship it to every remote and prune old ones.",
      "Encrypted if BTCPAY_BACKUP_PASSPHRASE is set, here or by BTCPay's profile script, or"
          + " passphrase_file in [backup]."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:made, verified, shipped and pruned",
      "1:failed; earlier archives untouched; services are up, unless it says which are not",
      "2:usage",
      "3:made and verified, but not shipped or pruned everywhere",
      "11:another backup or a restore runs, or a restore was cut short and not ended yet",
      "13:refused for safety: a node could not be handed off, or was already; services are up",
      "14:configuration",
      "15:no remote took the offer of a migration; services are up",
      "130:interrupted; services are up"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lightkeeper backup",
      "  lightkeeper backup --dry-run",
      "  lightkeeper backup --migrate    stop the stack for good, hand its nodes off",
      "  17 3 * * * root /usr/bin/lightkeeper backup --quiet    (for /etc/crontab)"
    })
final class BackupCommand implements Callable<Integer> {
  private static final long LONGEST_END_MINUTES = 15;
  private static final String SENTENCE = "these nodes will never run on this host again";

  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Option(
      names = "--migrate",
      description =
          "For a move to another server: take the stack down and leave it down, archive the channel"
              + " databases too, and offer the nodes to the new host on every remote. Needs a"
              + " running guard.")
  private boolean migrate;

  @Option(
      names = "--offline",
      description =
          "With --migrate: carry the offer by hand, where no remote is. Prints a code for the new"
              + " host. Asks for a sentence: nothing keeps two hosts from using one code.")
  private boolean offline;

  @Option(
      names = "--sentence",
      paramLabel = "TEXT",
      description = "With --offline: the sentence, for scripts: \"" + SENTENCE + "\".")
  private @Nullable String sentence;

  @Option(
      names = "--dry-run",
      description = "Say what would be archived, left out, stopped and shipped; do nothing.")
  private boolean dryRun;

  @Option(
      names = "--resume",
      description = "Only start what a backup that died left down; nothing to start is fine.")
  private boolean resume;

  @Option(
      names = "--ship",
      description = "Only ship archives that are due on a remote and not there yet.")
  private boolean ship;

  @Override
  public Integer call() throws Exception {
    if ((resume ? 1 : 0) + (ship ? 1 : 0) + (dryRun || migrate ? 1 : 0) > 1) {
      throw new CliException(
          ExitCode.USAGE,
          "--resume and --ship each go alone, and without --dry-run",
          "see 'lightkeeper backup --help'");
    }
    Config config = ConfigFile.load(global.configFile());
    if (resume) {
      return resume(config);
    }
    if ((offline && !migrate) || (sentence != null && !offline)) {
      throw new CliException(
          ExitCode.USAGE,
          "--offline goes with --migrate, and --sentence with --offline",
          "see 'lightkeeper backup --help'");
    }
    Config.BackupSection section = config.backup();
    if (section == null) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          config.source() + " has no [backup]",
          "add a line [backup]; every setting in it has a default");
    }
    if (ship) {
      return ship(config, order(config, section, null));
    }
    if (dryRun) {
      try (Engine engine = Engine.open()) {
        return plan(engine, order(config, section, passphrase(section)));
      }
    }
    if (offline) {
      insistOnSentence();
    }
    return accounted(config, section);
  }

  /** A run whose end, whatever it is, the daemon learns of. */
  private int accounted(Config config, Config.BackupSection section) throws Exception {
    BackupAccount account = new BackupAccount(config.state(), InstantSource.system());
    BackupNews news = new BackupNews(new Messenger(config), config.state());
    BackupProgress progress = BackupProgress.of(global);
    BackupTail tail = new BackupTail(progress);
    CountDownLatch ended = new CountDownLatch(1);
    Thread worker = Thread.currentThread();
    Thread hook = Thread.ofPlatform().unstarted(() -> stop(worker, ended));
    Runtime.getRuntime().addShutdownHook(hook);
    news.started();
    try (Engine engine = Engine.open()) {
      Turns.insistNoRestore(engine);
      BackupOrder order = order(config, section, passphrase(section));
      BackupSummary summary = run(new Backup(engine, order, tail), order, progress);
      news.ended(account.made(summary), tail);
      return (summary.complete() ? ExitCode.OK : ExitCode.PARTIAL).value();
    } catch (Throwable e) {
      account.failed(e).ifPresent(told -> news.ended(told, tail));
      throw e instanceof Exception known ? known : told(e);
    } finally {
      ended.countDown();
    }
  }

  /** Memory that ran out is no accident that a stack trace explains. */
  private static CliException told(Throwable error) {
    Failure failure = Failure.of(error);
    String remedy = failure.remedy();
    CliException said =
        new CliException(failure.code(), failure.message(), remedy == null ? "" : remedy);
    said.initCause(error);
    return said;
  }

  /** A code can be used twice, and nobody would see it: that is for a person to promise. */
  private void insistOnSentence() throws IOException, CliException {
    String said = sentence;
    if (said == null && Words.isTerminal()) {
      global
          .err()
          .printf(
              "Without a remote nothing sees to it that these nodes run in one place alone.%n"
                  + "Once the new host has the code, they must never run here again.%n"
                  + "To go on, type: %s%n",
              SENTENCE);
      said = new Questions(System.in, global.err()).line(">").orElse("");
    }
    if (!SENTENCE.equals(said)) {
      throw new CliException(
          ExitCode.REFUSED,
          said == null
              ? "--offline asks for a sentence, and there is no terminal"
              : "that is not the sentence; nothing was done",
          "run it at a terminal, or add --sentence \"" + SENTENCE + "\"");
    }
  }

  private @Nullable Passphrase passphrase(Config.BackupSection section) throws Exception {
    return BackupPassphrase.find(
        System.getenv(),
        section.passphraseFile(),
        () -> BtcpayEnvironment.read(section.environment()),
        global);
  }

  private BackupOrder order(
      Config config, Config.BackupSection section, @Nullable Passphrase passphrase)
      throws Exception {
    List<Remote> remotes = new ArrayList<>();
    for (Config.RemoteSection remote : config.remotes()) {
      if (section.remotes().contains(remote.name())) {
        remotes.add(Remotes.of(remote));
      }
    }
    if (remotes.isEmpty()) {
      global.note("No remote is configured: the archive stays on this host alone.");
    }
    Config.Keep keep = section.keep();
    Long rate = section.rateLimit();
    return new BackupOrder(
        migrate ? ArchiveMode.MIGRATE : ArchiveMode.BACKUP,
        QuiesceMode.valueOf(section.quiesce().toUpperCase(Locale.ROOT)),
        section.environment(),
        config.state(),
        section.folder(),
        passphrase,
        remotes,
        new Retention(keep.last(), keep.daily(), keep.weekly(), keep.monthly()),
        rate == null ? RateLimit.none() : RateLimit.of(rate),
        Nodes.of(config),
        "lightkeeper " + ProgramVersion.number(),
        HostName.local(),
        offering(config));
  }

  private OfferOrder offering(Config config) throws Exception {
    String writer = "";
    if (migrate && !dryRun) {
      Files.createDirectories(config.state());
      writer = StateFolder.reading(config.state()).writerId();
    }
    return new OfferOrder(writer, HandoffCommand.remotes(config), offline);
  }

  private int resume(Config config) throws Exception {
    if (!Files.exists(Resume.journal(config.state()))) {
      return ExitCode.OK.value();
    }
    Turns.insistNoRestore();
    if (new Recovery(config.state(), HostName.local(), offering(config), BackupProgress.of(global))
        .run()) {
      global.note("What an earlier backup left undone is done.");
    }
    return ExitCode.OK.value();
  }

  private int ship(Config config, BackupOrder order) throws Exception {
    @Nullable ArchiveFolder folder = ArchivePlaces.folder(config).orElse(null);
    List<String> problems = new Delivery(order, folder).run(BackupProgress.of(global));
    problems.forEach(global::warn);
    return (problems.isEmpty() ? ExitCode.OK : ExitCode.PARTIAL).value();
  }

  private int plan(Engine engine, BackupOrder order) throws Exception {
    BackupPlan plan = new Preflight(engine, order).plan();
    new BackupPlanView(global, order, plan).print();
    return (plan.free() < plan.needed() ? ExitCode.FAILED : ExitCode.OK).value();
  }

  private BackupSummary run(Backup backup, BackupOrder order, BackupProgress progress)
      throws Exception {
    try {
      BackupSummary summary = backup.run();
      progress.close();
      new BackupSummaryView(global, summary).print();
      if (offline && summary.offer() != null) {
        HandoffCommand.print(global, new CodeShowing(order.state(), InstantSource.system()).show());
      }
      return summary;
    } catch (InterruptedException e) {
      progress.close();
      global.warn(BackupNews.interrupted(order.state()));
      throw e;
    } finally {
      progress.close();
    }
  }

  /** SIGINT or SIGTERM: the process ends only once services are up again. */
  private static void stop(Thread worker, CountDownLatch ended) {
    if (ended.getCount() == 0) {
      return;
    }
    worker.interrupt();
    try {
      boolean _ = ended.await(LONGEST_END_MINUTES, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
