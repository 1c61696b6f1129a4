package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.Config.NodeSection;
import dev.lightkeeper.config.Config.RemoteSection;
import dev.lightkeeper.config.Config.StatusSection;
import dev.lightkeeper.config.Config.WatchSection;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.setup.AccountSteps;
import dev.lightkeeper.setup.ConfigText;
import dev.lightkeeper.setup.KnownHosts;
import dev.lightkeeper.setup.LoginKey;
import dev.lightkeeper.setup.PrivateFile;
import dev.lightkeeper.setup.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sets up an installation: nodes, key, pinned host key, configuration. */
@Command(
    name = "init",
    description = {
      "Set up: find the nodes on this host, make a key, pin the remote's host key, write the"
          + " configuration, print what the remote's operator has to do, and try it.",
      "Never overwrites a configuration or a key."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:set up",
      "1:failed",
      "2:usage",
      "10:no node was found",
      "13:the host key was not confirmed, or is not the accepted one",
      "14:there is a configuration already",
      "15:remote unreachable"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper init",
      "  lightkeeper init --remote sftp://lightkeeper@backup.example.com/backups",
      "  lightkeeper init --yes --remote sftp://lk@backup.example.com/backups \\",
      "      --accept-host-key SHA256:… --node alice=lnd:/data/lnd/…/channel.backup"
    })
final class InitCommand implements Callable<Integer> {
  static final Path DEFAULT_STATE = Path.of("/var/lib/lightkeeper");

  private final InputStream answers;
  private final @Nullable Path root;

  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final InitNodes nodes = new InitNodes();
  @Mixin private final InitRemotes remotes = new InitRemotes();

  @Option(
      names = "--accept-host-key",
      paramLabel = "SHA256:…",
      description = "Pin the remote's host key if it has this fingerprint. Repeatable.")
  private List<String> accepted = List.of();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "The folder for spool and status (default: /var/lib/lightkeeper).")
  private Path state = DEFAULT_STATE;

  @Option(
      names = {"-y", "--yes"},
      description = "Ask nothing. A host key still needs --accept-host-key.")
  private boolean yes;

  InitCommand() {
    this(System.in, null);
  }

  /**
   * @param root null to look for nodes on this host; a test's own tree otherwise
   */
  InitCommand(InputStream answers, @Nullable Path root) {
    this.answers = answers;
    this.root = root;
  }

  @Override
  public Integer call() throws CliException, RemoteException {
    Path file = global.configFile().toAbsolutePath().normalize();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(file);
    }
    try {
      setUp(file);
    } catch (FileAlreadyExistsException e) {
      throw exists(Path.of(e.getFile()));
    } catch (FileSystemException e) {
      throw new CliException(
          ExitCode.FAILED,
          "cannot write "
              + (e.getReason() == null ? Words.failure(e) : e.getFile() + ": " + e.getReason()),
          "Run this as root, or choose another place with --config");
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED, "setting up failed: " + e.getMessage(), "Correct that, and try again");
    }
    return ExitCode.OK.value();
  }

  private void setUp(Path file) throws CliException, RemoteException, IOException {
    Path folder = file.resolveSibling("");
    Questions questions =
        yes ? Questions.unanswered(global.err()) : new Questions(answers, global.err());
    List<NodeSection> nodeSections = nodes.sections(root, global);
    List<RemoteSection> remoteSections = remotes.sections(folder, questions);
    Map<Path, List<String>> pins = consents(remoteSections, questions);

    Map<Path, LoginKey> keys = new LinkedHashMap<>();
    try {
      for (RemoteSection remote : remoteSections) {
        if (remote.key() != null && !keys.containsKey(remote.key())) {
          keys.put(remote.key(), LoginKey.obtain(remote.key(), "lightkeeper@" + hostName()));
        }
      }
      for (var pin : pins.entrySet()) {
        for (String line : pin.getValue()) {
          KnownHosts.pin(pin.getKey(), line);
        }
      }
    } catch (SetupException e) {
      throw new CliException(ExitCode.REFUSED, String.valueOf(e.getMessage()), e.remedy());
    }
    Path stateFolder = state.toAbsolutePath().normalize();
    Config config =
        new Config(
            file,
            stateFolder,
            nodeSections,
            remoteSections,
            WatchSection.DEFAULT,
            null,
            List.of(),
            StatusSection.DEFAULT);
    PrivateFile.write(file, ConfigText.of(config));
    report(config, keys);
    if (!global.json()) {
      tryOut(file, questions, keys.isEmpty());
    }
  }

  /** A check, again until it is green or nobody wants to wait; a wrong answer undoes nothing. */
  private void tryOut(Path file, Questions questions, boolean ready)
      throws CliException, IOException {
    boolean green = false;
    boolean wanted =
        !yes && (ready || questions.enter("%nOnce the key is let in there, try it?".formatted()));
    while (wanted && !green) {
      green = isGreen(file);
      wanted = !green && questions.enter("%nCorrected? Try again?".formatted());
    }
    global.out().println();
    if (green) {
      global.out().println("All is well. Start it, now and at every boot:");
    } else {
      global.out().println("Next: lightkeeper check");
      global.out().println("and once that is well, start it, now and at every boot:");
    }
    global.out().printf("%n    sudo systemctl enable --now lightkeeper%n");
    global.out().flush();
  }

  private boolean isGreen(Path file) throws CliException {
    try {
      global.out().println();
      return new SetupTrial(global).run(file) == ExitCode.OK;
    } catch (ConfigException e) {
      throw new CliException(
          ExitCode.CONFIGURATION, String.valueOf(e.getMessage()), "Correct " + file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** All consents are had before anything is written. */
  private Map<Path, List<String>> consents(List<RemoteSection> sections, Questions questions)
      throws CliException, RemoteException, IOException {
    HostKeyConsent consent = new HostKeyConsent(accepted, questions, global);
    Map<String, String> asked = new LinkedHashMap<>();
    Map<Path, List<String>> pins = new LinkedHashMap<>();
    for (RemoteSection section : sections) {
      if (section.key() != null && section.knownHosts() != null) {
        SftpTarget target =
            SftpTarget.of(section.url(), section.key(), section.knownHosts(), section.proxy());
        String server = target.host() + ":" + target.port();
        if (!asked.containsKey(server)) {
          asked.put(server, consent.ask(target));
          pins.computeIfAbsent(section.knownHosts(), f -> new ArrayList<>())
              .add(String.valueOf(asked.get(server)));
        }
      }
    }
    return pins;
  }

  private void report(Config config, Map<Path, LoginKey> keys) {
    List<InitReport.Account> accounts = new ArrayList<>();
    List<String> names = config.nodes().stream().map(NodeSection::name).toList();
    for (RemoteSection remote : config.remotes()) {
      LoginKey key = remote.key() == null ? null : keys.get(remote.key());
      if (key != null) {
        accounts.add(
            InitReport.Account.of(
                remote.name(),
                String.valueOf(remote.url().getHost()),
                key,
                new AccountSteps(
                    remote.url().getUserInfo(), remote.url().getPath(), key.publicLine(), names)));
      }
    }
    List<String> folders =
        config.remotes().stream().filter(r -> r.key() == null).map(r -> r.url().getPath()).toList();
    InitReport report = new InitReport(config.source().toString(), names, accounts, folders);
    if (global.json()) {
      global.out().println(Json.print(report));
    } else {
      report.print(global.out());
    }
    global.out().flush();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static CliException exists(Path file) {
    return new CliException(
        ExitCode.CONFIGURATION,
        file + " exists already, and is never overwritten",
        "Edit it and run 'lightkeeper check', move it away, or name another with --config");
  }
}
