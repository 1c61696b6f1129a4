package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.scb.BackupFormat;
import dev.lightkeeper.scb.BackupKey;
import dev.lightkeeper.scb.Opening;
import dev.lightkeeper.stream.BackupOpener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The keys that open the nodes' channel backups, where there are any: a node's systemd credential
 * {@code backup-key-NAME}, else its {@code backup_key} in the configuration, else {@code keys/NAME}
 * beside the configuration.
 */
final class BackupKeys {
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";
  private static final int MOST = 4096;

  private final Map<String, BackupKey> keys;

  private BackupKeys(Map<String, BackupKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  /** Every key that can be read; one that is there and cannot be is warned about. */
  static BackupKeys of(Config config, Map<String, String> environment, Consumer<String> warn) {
    Map<String, BackupKey> keys = new HashMap<>();
    for (Config.NodeSection node : config.nodes()) {
      try {
        find(config, node, environment).ifPresent(key -> keys.put(node.name(), key));
      } catch (CliException e) {
        warn.accept(e.what() + ": its channel backups are not opened → " + e.remedy());
      }
    }
    return new BackupKeys(keys);
  }

  /** Where a node's key is kept. */
  static Path file(Config config, Config.NodeSection node) {
    Path given = node.backupKey();
    return given == null
        ? config.source().toAbsolutePath().resolveSibling("keys").resolve(node.name())
        : given;
  }

  private static Optional<BackupKey> find(
      Config config, Config.NodeSection node, Map<String, String> environment) throws CliException {
    String credentials = environment.getOrDefault(CREDENTIALS, "");
    if (!credentials.isEmpty()) {
      Optional<BackupKey> key =
          read(Path.of(credentials, "backup-key-" + node.name()), node.name());
      if (key.isPresent()) {
        return key;
      }
    }
    return read(file(config, node), node.name());
  }

  /**
   * The key in a file; empty if there is no such file.
   *
   * @throws CliException if it cannot be read, or holds no key
   */
  static Optional<BackupKey> read(Path file, String node) throws CliException {
    try (InputStream in = Files.newInputStream(file)) {
      Optional<BackupKey> key = BackupKey.parse(in.readNBytes(MOST + 1));
      if (key.isEmpty()) {
        throw new CliException(
            ExitCode.WRONG_KEY,
            file + " holds no backup key: neither 64 hexadecimal digits nor 32 bytes",
            "get it again with 'lightkeeper key %s --force'".formatted(node));
      }
      return key;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new CliException(
          ExitCode.WRONG_KEY,
          "the backup key %s cannot be read: %s".formatted(file, Words.failure(e)),
          "let the user that lightkeeper runs as read it");
    }
  }

  /** The key of a node. */
  Optional<BackupKey> of(String node) {
    return Optional.ofNullable(keys.get(node));
  }

  /** Opens channel backups of these nodes. */
  BackupOpener opener(Config config) {
    Map<NodeName, Config.NodeSection> sections = new HashMap<>();
    config.nodes().forEach(n -> sections.put(new NodeName(n.name()), n));
    return (name, backup) -> {
      Config.NodeSection section = sections.get(name);
      return section == null
          ? new Opening.NotTried()
          : BackupFormat.open(Nodes.kind(section.kind()), backup, of(section.name()).orElse(null));
    };
  }

  /** Opens what there are keys for, where there is a configuration. */
  static BackupOpener opener(GlobalOptions global) {
    try {
      return global
          .config()
          .map(config -> of(config, System.getenv(), global::warn).opener(config))
          .orElse(BackupOpener.WITHOUT_KEYS);
    } catch (ConfigException e) {
      // Whatever needs the configuration has said so, or says so.
      return BackupOpener.WITHOUT_KEYS;
    }
  }
}
