package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.health.Json;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.scb.Opening;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what a channel backup holds. */
@Command(
    name = "channels",
    description = {
      "List the channels that a node's newest channel backup holds, as it is on the remotes.",
      "It is read back, opened with the node's key (see 'lightkeeper key') and so proven whole."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:it opens: its channels are listed",
      "1:failed",
      "2:usage",
      "3:listed, but not all of it could be read, or a remote could not: it may hold a newer one",
      "10:no such version or file",
      "12:it does not open with the key, or there is no key",
      "14:configuration",
      "15:remote unreachable"
    },
    footerHeading = "Examples:%n",
    footer = {
      "  lightkeeper channels",
      "  lightkeeper channels alice --version 41",
      "  lightkeeper channels alice --file ./channel.backup",
      "  lightkeeper channels alice --remote sftp://lk@backup.example.com/srv/lk \\",
      "      --key ./id_ed25519 --backup-key ./alice.key"
    })
final class ChannelsCommand implements Callable<Integer> {
  @Mixin private final GlobalOptions global = new GlobalOptions();
  @Mixin private final RemoteChoice choice = new RemoteChoice();
  @Mixin private final VersionChoice wanted = new VersionChoice();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "Not a version on a remote, but this file on this host.")
  private @Nullable Path file;

  @Option(
      names = "--backup-key",
      paramLabel = "FILE",
      description = "The key, from a file (default: the configured one of the node).")
  private @Nullable Path backupKey;

  /** A channel backup, wherever it is from. */
  private record Source(
      String node, Candidates.@Nullable Found found, ChannelBackup backup, boolean newest) {
    String words() {
      return found == null
          ? node
          : "version %d of %s, observed %s, from %s"
              .formatted(
                  found.version().sequence(),
                  node,
                  Words.time(found.version().observedAt()),
                  found.remote());
    }
  }

  @Override
  public Integer call() throws Exception {
    Source source = file == null ? fromRemotes() : fromFile(file);
    BackupKey key = key(source.node());
    Opening opening = BackupFormat.open(source.backup(), key);
    return switch (opening) {
      case Opening.NotTried _ -> throw withoutKey(source.node());
      case Opening.NotOpened n ->
          throw new CliException(
              ExitCode.WRONG_KEY,
              source.words() + " is not opened: " + n.why(),
              "try an earlier one (lightkeeper versions), or get the key anew: lightkeeper key "
                  + source.node());
      case Opening.Opened o -> {
        boolean whole = o.note() == null && source.newest();
        ExitCode code = whole ? ExitCode.OK : ExitCode.PARTIAL;
        if (global.json()) {
          global
              .out()
              .println(Json.print(ChannelListing.of(source.node(), source.found(), o, code)));
        } else {
          new ChannelsView(source.words(), o).print(global.out(), Words.terminalWidth());
        }
        global.out().flush();
        yield code.value();
      }
    };
  }

  private Source fromFile(Path from) throws CliException, ConfigException {
    if (wanted.numbered() || choice.chosen()) {
      throw new CliException(
          ExitCode.USAGE, "--file goes with no --version and no --remote", "leave them out");
    }
    try (InputStream in = Files.newInputStream(from)) {
      byte[] content = in.readNBytes(ChannelBackup.MAX_SIZE + 1);
      if (content.length > ChannelBackup.MAX_SIZE) {
        throw new CliException(
            ExitCode.FAILED, from + " is too large for a channel backup", "name another file");
      }
      NodeName node = wanted.node();
      String name = node == null ? onlyConfigured() : node.value();
      return new Source(name, null, ChannelBackup.of(content), true);
    } catch (IOException e) {
      throw new CliException(
          Files.exists(from) ? ExitCode.FAILED : ExitCode.NOT_FOUND,
          from + " cannot be read: " + Words.failure(e),
          "name another with --file");
    }
  }

  private String onlyConfigured() throws CliException, ConfigException {
    List<Config.NodeSection> nodes = global.config().map(Config::nodes).orElse(List.of());
    if (nodes.size() == 1) {
      return nodes.getFirst().name();
    }
    if (backupKey != null) {
      return "the file";
    }
    throw new CliException(
        ExitCode.USAGE, "whose file it is cannot be told", "name the node, or give --backup-key");
  }

  private Source fromRemotes() throws Exception {
    try (Candidates candidates = Candidates.connect(choice.remotes(global), global::warn)) {
      VersionChoice.Chosen chosen = wanted.find(candidates);
      Candidates.Found found = chosen.found();
      return new Source(found.node().value(), found, found.backup(), chosen.newest());
    }
  }

  private BackupKey key(String name) throws CliException, ConfigException {
    Optional<BackupKey> key = Optional.empty();
    if (backupKey != null) {
      if (!Files.exists(backupKey)) {
        throw new CliException(
            ExitCode.NOT_FOUND,
            "there is no key " + backupKey,
            "name another with --backup-key, or get it with 'lightkeeper key " + name + "'");
      }
      key = BackupKeys.read(backupKey, name);
    } else {
      key = global.config().flatMap(c -> BackupKeys.of(c, System.getenv(), global::warn).of(name));
    }
    return key.orElseThrow(() -> withoutKey(name));
  }

  private CliException withoutKey(String name) {
    return new CliException(
        ExitCode.WRONG_KEY,
        "not opened: there is no key of " + name,
        "get it with 'lightkeeper key %s', or name its file with --backup-key".formatted(name));
  }
}
