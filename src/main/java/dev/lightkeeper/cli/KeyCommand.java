package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.scb.Opening;
import dev.lightkeeper.setup.ClnKeyRequest;
import dev.lightkeeper.setup.LndKeyRequest;
import dev.lightkeeper.setup.SetupException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gets the key that opens a node's channel backups, once. */
@Command(
    name = "key",
    description = {
      "Get the key that opens a node's channel backups, from the running node or a file.",
      "It is tried on the node's file and kept: in keys/NODE beside the configuration (0600), or"
          + " where backup_key in [nodes.NODE] says. It opens channel backups and nothing else;"
          + " all of it is optional.",
      "LND is asked over REST, with a macaroon that may do just that:",
      "  lncli bakemacaroon address:read | lightkeeper key NODE --macaroon -",
      "Core Lightning through lightning-cli, in its container or on this host."
    },
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:kept",
      "1:failed, or there is a key already",
      "2:usage",
      "10:no such node or file",
      "12:it does not open the node's file, or is no key",
      "14:configuration"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lncli bakemacaroon address:read | lightkeeper key alice --macaroon -",
      "  docker exec btcpayserver_lnd_bitcoin lncli \\",
      "      --macaroonpath /root/.lnd/admin.macaroon bakemacaroon address:read \\",
      "      | lightkeeper key alice --macaroon - \\",
      "          --rest http://ADDRESS-OF-THAT-CONTAINER:8080",
      "  lightkeeper key cln-bitcoin",
      "  lightkeeper key alice --from ./alice.key"
    })
final class KeyCommand implements Callable<Integer> {
  private static final Path STANDARD_INPUT = Path.of("-");
  private static final int MOST_INPUT = 64 * 1024;

  @Mixin private final GlobalOptions global = new GlobalOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "NODE",
      converter = NodeNameConverter.class,
      description = "The node; may be left out where there is only one.")
  private @Nullable NodeName node;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description =
          "Do not ask the node: the key is in this file (64 hexadecimal digits or 32 bytes; of LND"
              + " the public key will do), - is standard input.")
  private @Nullable Path from;

  @Option(
      names = "--rest",
      paramLabel = "URL",
      defaultValue = "https://127.0.0.1:8080",
      description = "Where LND's REST is (default: ${DEFAULT-VALUE}).")
  private URI rest = URI.create("https://127.0.0.1:8080");

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "LND's certificate (default: tls.cert in the node's folder).")
  private @Nullable Path certificate;

  @Option(
      names = "--macaroon",
      paramLabel = "FILE",
      description = "The macaroon, raw or hexadecimal; - is standard input.")
  private @Nullable Path macaroon;

  @Option(
      names = "--lightning-cli",
      paramLabel = "FILE",
      defaultValue = "lightning-cli",
      description = "Core Lightning's program on this host (default: ${DEFAULT-VALUE}).")
  private String lightningCli = "lightning-cli";

  @Option(
      names = "--force",
      description = "Replace a key that is there, and keep one that does not open the file.")
  private boolean force;

  @Override
  public Integer call() throws CliException, ConfigException, IOException, InterruptedException {
    Config config = ConfigFile.load(global.configFile());
    Config.NodeSection section = section(config);
    NodeKind kind = Nodes.kind(section.kind());
    if (kind == NodeKind.FILE) {
      throw new CliException(
          ExitCode.USAGE,
          section.name() + " is of kind \"file\": what it holds is not known",
          "name a node of kind lnd or cln");
    }
    Path target = BackupKeys.file(config, section);
    if (!force && Files.exists(target)) {
      throw alreadyThere(section, target);
    }
    BackupKey key;
    try {
      key = from == null ? ask(section, kind) : given(section, from);
    } catch (SetupException e) {
      throw new CliException(ExitCode.FAILED, String.valueOf(e.getMessage()), e.remedy());
    }
    Integer channels = tried(section, kind, key);
    keep(section, target, key);
    report(section, target, channels);
    return ExitCode.OK.value();
  }

  private Config.NodeSection section(Config config) throws CliException {
    List<Config.NodeSection> nodes =
        config.nodes().stream().filter(n -> node == null || n.name().equals(node.value())).toList();
    if (nodes.size() == 1) {
      return nodes.getFirst();
    }
    throw new CliException(
        node == null ? ExitCode.USAGE : ExitCode.NOT_FOUND,
        node == null ? "there is not one node alone" : "no node is named " + node,
        "known are: "
            + config.nodes().stream()
                .map(Config.NodeSection::name)
                .collect(Collectors.joining(", ")));
  }

  private BackupKey ask(Config.NodeSection section, NodeKind kind)
      throws SetupException, CliException, IOException, InterruptedException {
    if (kind == NodeKind.CLN) {
      return new ClnKeyRequest(section.file(), lightningCli).fetch();
    }
    if (macaroon == null) {
      throw new CliException(
          ExitCode.USAGE,
          "LND asks for a macaroon",
          "bake one that may read this key and nothing more: lncli bakemacaroon address:read |"
              + " lightkeeper key %s --macaroon -".formatted(section.name()));
    }
    return new LndKeyRequest(rest, certificate == null ? usual(section.file()) : certificate)
        .fetch(macaroon(read(macaroon)));
  }

  /** LND's file is {@code data/chain/bitcoin/NETWORK/channel.backup} in its folder. */
  private static Path usual(Path file) {
    Path folder = file;
    for (int up = 0; up < 5 && folder.getParent() != null; up++) {
      folder = folder.getParent();
    }
    return folder.resolve("tls.cert");
  }

  private static byte[] macaroon(byte[] content) throws CliException {
    String text = new String(content, StandardCharsets.US_ASCII).strip();
    byte[] raw = text.matches("(?:[0-9a-fA-F]{2})+") ? HexFormat.of().parseHex(text) : content;
    if (raw.length == 0) {
      throw new CliException(
          ExitCode.WRONG_KEY, "the macaroon is empty", "see what lncli bakemacaroon says");
    }
    return raw;
  }

  private BackupKey given(Config.NodeSection section, Path file) throws CliException, IOException {
    return BackupKey.parse(read(file))
        .orElseThrow(
            () ->
                new CliException(
                    ExitCode.WRONG_KEY,
                    "that is no backup key of " + section.name(),
                    "give 64 hexadecimal digits, 32 bytes, or the answer of makesecret"));
  }

  private static byte[] read(Path file) throws CliException, IOException {
    try (InputStream in = file.equals(STANDARD_INPUT) ? System.in : Files.newInputStream(file)) {
      return in.readNBytes(MOST_INPUT);
    } catch (IOException e) {
      throw new CliException(
          Files.exists(file) ? ExitCode.FAILED : ExitCode.NOT_FOUND,
          file + " cannot be read: " + Words.failure(e),
          "name another, or - for standard input");
    }
  }

  /** How many channels the node's file holds; null if there is none to try the key on. */
  private @Nullable Integer tried(Config.NodeSection section, NodeKind kind, BackupKey key)
      throws CliException {
    ChannelBackup backup;
    try (InputStream in = Files.newInputStream(section.file())) {
      backup = ChannelBackup.of(in.readNBytes(ChannelBackup.MAX_SIZE));
    } catch (IOException e) {
      global.warn("the key was not tried: " + Words.failure(e));
      return null;
    }
    return switch (BackupFormat.open(kind, backup, key)) {
      case Opening.Opened o -> o.count();
      case Opening.NotTried _ -> null;
      case Opening.NotOpened n -> {
        String what = "%s with this key: %s".formatted(section.file(), n.why());
        if (!force) {
          throw new CliException(
              ExitCode.WRONG_KEY,
              what,
              "see that key and file are of one node; --force keeps the key all the same");
        }
        global.warn(what);
        yield null;
      }
    };
  }

  private void keep(Config.NodeSection section, Path target, BackupKey key)
      throws CliException, IOException {
    Path folder = target.toAbsolutePath().getParent();
    byte[] content = key.forFile();
    try {
      if (folder != null && !Files.isDirectory(folder)) {
        Files.createDirectories(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      NewFile.write(target, content, force);
    } catch (FileAlreadyExistsException e) {
      throw alreadyThere(section, target);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the key cannot be kept in %s: %s".formatted(target, Words.failure(e)),
          "run this as root, or set backup_key in [nodes.%s]".formatted(section.name()));
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static CliException alreadyThere(Config.NodeSection section, Path target) {
    return new CliException(
        ExitCode.FAILED,
        "there is a key of %s already: %s".formatted(section.name(), target),
        "see whether it opens the file with 'lightkeeper check', or add --force");
  }

  private void report(Config.NodeSection section, Path target, @Nullable Integer channels) {
    if (global.json()) {
      global.out().println(Json.print(new Kept(section.name(), target.toString(), channels)));
    } else {
      global
          .out()
          .printf(
              "%s: kept%s%n",
              target,
              channels == null
                  ? ""
                  : "; it opens %s: %d %s"
                      .formatted(section.file(), channels, channels == 1 ? "channel" : "channels"));
      global.note("The daemon takes it when it starts: systemctl restart lightkeeper");
    }
    global.out().flush();
  }

  /** The documented shape of {@code key --json}. */
  private record Kept(String node, String file, @Nullable Integer channels) {}
}
