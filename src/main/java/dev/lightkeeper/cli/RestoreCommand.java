package dev.lightkeeper.cli;

import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.files.Trees;
import dev.lightkeeper.health.HostName;
import dev.lightkeeper.recover.RecoverException;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.restore.Migrating;
import dev.lightkeeper.restore.Restore;
import dev.lightkeeper.restore.RestoreException;
import dev.lightkeeper.restore.RestoreFolder;
import dev.lightkeeper.restore.RestoreOrder;
import dev.lightkeeper.restore.RestoreResult;
import dev.lightkeeper.stream.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
      "Channel databases are kept aside: an old one loses the funds. With --migrate they go live,"
          + " if the old server's handoff is open and this host alone claims it."
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
      "10:no such archive, or nothing to roll back or to recover",
      "11:another restore or a backup runs, or services that a backup left down are not up yet",
      "12:wrong passphrase or key; a channel backup that its node cannot open",
      "13:refused for safety; nothing was touched",
      "14:configuration",
      "15:remote unreachable; a migration that it cut short is finished by running it again",
      "16:left half way: a rollback that failed, or a migration that is not finished; do what it"
          + " says, and start nothing before",
      "130:interrupted; the host is as it was, unless 'Restored' or 'finished' was said before"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper restore latest --dry-run",
      "  lightkeeper restore /root/backup.tar.gz.gpg",
      "  lightkeeper restore 20261123T021500Z --remote offsite",
      "  lightkeeper restore latest --remote sftp://lk@backup.example.com/srv/lk \\",
      "      --key ./id_ed25519",
      "  lightkeeper restore --recover",
      "  lightkeeper restore latest --migrate",
      "  lightkeeper restore backup.tar.gz --migrate --handoff-code @code.txt",
      "  lightkeeper restore --rollback"
    })
final class RestoreCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final RemoteChoice choice = new RemoteChoice();
  @Mixin private final ProfileOption profile = new ProfileOption();

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
      description =
          "Nodes go on here with their channels: only with an archive of backup --migrate whose"
              + " handoff is open, on every remote that is configured. Claims it.")
  private boolean migrate;

  @Option(
      names = "--handoff-code",
      paramLabel = "CODE|@FILE|-",
      description =
          "With --migrate: the code of a handoff that was made with --offline; @FILE reads it from"
              + " a file, - from standard input. Remotes that are configured are asked all the"
              + " same.")
  private @Nullable String handoffCode;

  @Override
  public Integer call() throws Exception {
    if ((migrate && rollback) || (handoffCode != null && !migrate)) {
      throw new CliException(
          ExitCode.USAGE,
          "--migrate goes with an archive, and --handoff-code with --migrate",
          "see 'lightkeeper restore --help'");
    }
    if (migrate && recover) {
      throw new CliException(
          ExitCode.USAGE,
          "a migration keeps its channels: there is nothing to recover",
          "leave out --recover; or --migrate, after a loss of the old server");
    }
    boolean recoverOnly = recover && wanted == null && !rollback;
    if (!recoverOnly && (rollback == (wanted != null) || (rollback && recover))) {
      throw new CliException(
          ExitCode.USAGE,
          rollback ? "--rollback goes with no archive and no --recover" : "which archive?",
          "name a file, a time or 'latest'; see 'lightkeeper archives'");
    }
    if (dryRun && wanted == null) {
      throw new CliException(
          ExitCode.USAGE,
          "--dry-run goes with an archive: --rollback and --recover cannot be tried",
          "leave it out; they ask before they do anything");
    }
    if (wanted != null && global.json() && !yes && !dryRun) {
      throw new CliException(
          ExitCode.USAGE,
          "with --json nobody is shown a plan and asked",
          "look at it with --dry-run, then add --yes");
    }
    Optional<Config> config = global.config();
    List<Remote> named = named(config);
    List<Remote> all = all(config, named);
    List<Remote> remotes = migrate || rollback ? all : named;
    Migrating migrating = migrate ? migrating(config, remotes) : null;
    if (wanted != null) {
      archives(config, remotes).insistPossible(wanted);
    }
    try (Engine engine = Engine.open()) {
      BtcpayEnvironment btcpay = BtcpayEnvironment.read(profile.file(config));
      Questions questions =
          yes || dryRun
              ? Questions.unanswered(global.err())
              : new Questions(System.in, global.err());
      RestoreView view = new RestoreView(global, questions, dryRun, yes);
      Restore restore = new Restore(engine, btcpay, view, all);
      RecoverySteps recovery = new RecoverySteps(global, questions, yes, state(config), wait);
      return EndsInOrder.run(
          () -> {
            if (rollback) {
              try (Turns turns = turns(engine, btcpay, config)) {
                var _ = turns;
                return rollBack(restore);
              }
            }
            int restored =
                recoverOnly
                    ? ExitCode.OK.value()
                    : run(restore, engine, btcpay, config, view, remotes, migrating);
            boolean there = restored == ExitCode.OK.value() || restored == ExitCode.PARTIAL.value();
            if (!recover || dryRun || !there) {
              return restored;
            }
            int recovered = recovery.run(engine, btcpay).value();
            return recovered == ExitCode.OK.value() ? restored : recovered;
          });
    } catch (RestoreException e) {
      throw RestoreFailure.of(e);
    } catch (RecoverException e) {
      throw RestoreFailure.of(e);
    }
  }

  private int run(
      Restore restore,
      Engine engine,
      BtcpayEnvironment btcpay,
      Optional<Config> config,
      RestoreView view,
      List<Remote> remotes,
      @Nullable Migrating migrating)
      throws Exception {
    Path downloads = downloads(engine, btcpay);
    Path archive =
        archives(config, remotes)
            .get(String.valueOf(wanted), () -> Files.createDirectories(downloads));
    Config.BackupSection backup = config.map(Config::backup).orElse(null);
    Passphrase passphrase =
        BackupPassphrase.find(
            System.getenv(), backup == null ? null : backup.passphraseFile(), () -> btcpay, global);
    RestoreOrder order =
        new RestoreOrder(
            archive,
            passphrase,
            btcpay.profile(),
            config.map(Config::state).orElse(null),
            remotes,
            config.map(Nodes::of).orElse(List.of()),
            BackupKeys.opener(global),
            migrating);
    Optional<RestoreResult> result;
    if (dryRun) {
      result = restore.run(order);
    } else {
      try (Turns turns = turns(engine, btcpay, config)) {
        var _ = turns;
        result = restore.run(order);
      }
    }
    boolean fetched =
        archive.startsWith(downloads) && !Files.exists(Path.of(String.valueOf(wanted)));
    if (result.isEmpty()) {
      if (fetched) {
        global.note("… what was fetched stays there for the restore itself: " + archive);
      }
      return (dryRun ? ExitCode.OK : ExitCode.INTERRUPTED).value();
    }
    int code = view.report(result.get()).value();
    if (fetched) {
      // Not before: after a dry run, or what failed, it need not be fetched again.
      Trees.remove(downloads);
    }
    if (result.get().interrupted() && recover) {
      throw new InterruptedException("before its channels are recovered");
    }
    return code;
  }

  private ArchiveChoice archives(Optional<Config> config, List<Remote> remotes) {
    return new ArchiveChoice(global, config, remotes, choice.chosen(), migrate);
  }

  /** The remotes that are named, or all if none is. */
  private List<Remote> named(Optional<Config> config) throws Exception {
    boolean any = choice.chosen() || config.filter(c -> !c.remotes().isEmpty()).isPresent();
    return any ? choice.remotes(global) : List.of();
  }

  /**
   * Those that a handoff is asked about, also one that a killed run left: every one that is
   * configured, and {@code named}. What one alone does not know, such as that the source ran again,
   * another may.
   */
  private static List<Remote> all(Optional<Config> config, List<Remote> named) throws Exception {
    List<Remote> all = new ArrayList<>();
    if (config.isPresent()) {
      all.addAll(HandoffCommand.remotes(config.get()));
    }
    for (Remote remote : named) {
      if (all.stream().noneMatch(r -> r.location().equals(remote.location()))) {
        all.add(remote);
      }
    }
    return all;
  }

  private Migrating migrating(Optional<Config> config, List<Remote> remotes) throws Exception {
    String code = code();
    if (code == null && remotes.isEmpty()) {
      throw new CliException(
          ExitCode.REFUSED,
          "no remote is configured that could tell whether the old server ran again",
          "name the remotes that hold the handoff (lightkeeper init, or --remote), or give its"
              + " --handoff-code");
    }
    Path state = state(config);
    if (!Files.isDirectory(state)) {
      Files.createDirectories(
          state,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    }
    return new Migrating(state, StateFolder.reading(state).writerId(), HostName.local(), code);
  }

  /** Also without a configuration: one may have been here. */
  private static Path state(Optional<Config> config) {
    String variable = System.getenv().getOrDefault("LIGHTKEEPER_STATE", "");
    return config
        .map(Config::state)
        .orElse(variable.isEmpty() ? InitCommand.DEFAULT_STATE : Path.of(variable));
  }

  private static Turns turns(Engine engine, BtcpayEnvironment btcpay, Optional<Config> config)
      throws Exception {
    return Turns.ofRestore(state(config), Deployment.discoverOrNew(engine, btcpay).dockerRoot());
  }

  private @Nullable String code() throws CliException {
    String given = handoffCode;
    if (given == null) {
      return null;
    }
    try {
      if (given.equals("-")) {
        return new Questions(System.in, global.err()).line("Code:").orElse("");
      }
      return given.startsWith("@") ? Files.readString(Path.of(given.substring(1))) : given;
    } catch (IOException e) {
      throw new CliException(
          ExitCode.USAGE,
          "the handoff code cannot be read: " + Words.failure(e),
          "name a file that holds it");
    }
  }

  private static Path downloads(Engine engine, BtcpayEnvironment btcpay) throws Exception {
    return RestoreFolder.in(Deployment.discoverOrNew(engine, btcpay).dockerRoot())
        .path()
        .resolve("fetched");
  }

  private int rollBack(Restore restore) throws Exception {
    Optional<Path> kept = restore.rollBack();
    if (kept.isEmpty()) {
      return ExitCode.INTERRUPTED.value();
    }
    global.out().println("Rolled back. What is left of it is kept in " + kept.get());
    global.out().println("Never start a node with what is in there.");
    global.out().flush();
    return ExitCode.OK.value();
  }
}
