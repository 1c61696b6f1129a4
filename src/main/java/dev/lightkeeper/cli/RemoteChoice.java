package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which remotes a command reads; without them, all that are configured. */
final class RemoteChoice {
  @Option(
      names = "--remote",
      paramLabel = "NAME|URL",
      description =
          "A remote of the configuration, or without any configuration its address:"
              + " sftp://user@host[:port]/folder or file:///folder.")
  private @Nullable String remote;

  @Option(names = "--key", paramLabel = "FILE", description = "With a URL: the private key.")
  private @Nullable Path key;

  @Option(
      names = "--known-hosts",
      paramLabel = "FILE",
      description = "With a URL: the trusted host keys (default: ~/.ssh/known_hosts).")
  private @Nullable Path knownHosts;

  @Option(
      names = "--accept-host-key",
      paramLabel = "SHA256:…",
      description = "With a URL: trust the host key that has this fingerprint.")
  private @Nullable String fingerprint;

  @Option(
      names = "--proxy",
      paramLabel = "URL",
      description = "With a URL: connect through socks5://host:port.")
  private @Nullable URI proxy;

  /** Whether a remote was named: then nothing else is meant. */
  boolean chosen() {
    return remote != null;
  }

  /** The remotes to read, in the configuration's order; at least one. */
  List<Remote> remotes(GlobalOptions global) throws CliException, ConfigException, RemoteException {
    if (remote != null && remote.contains("://")) {
      if (!remote.startsWith("sftp://") && !remote.startsWith("file://")) {
        throw new CliException(
            ExitCode.USAGE,
            remote + " is no remote: it starts with neither sftp:// nor file://",
            "write --remote sftp://user@host/folder or file:///folder");
      }
      return List.of(Remotes.of(section(remote)));
    }
    if (key != null || knownHosts != null || fingerprint != null || proxy != null) {
      throw new CliException(
          ExitCode.USAGE,
          "--key, --known-hosts, --accept-host-key and --proxy belong to an address",
          "write --remote sftp://user@host/folder, or leave them out");
    }
    return configured(global);
  }

  private List<Remote> configured(GlobalOptions global) throws CliException, ConfigException {
    Path file = global.configFile();
    if (!Files.exists(file)) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          "there is no configuration " + file,
          "without one, name the remote: --remote sftp://user@host/folder --key FILE");
    }
    Config config = ConfigFile.load(file);
    List<Remote> chosen = new ArrayList<>();
    for (Config.RemoteSection section : config.remotes()) {
      if (remote == null || remote.equals(section.name())) {
        chosen.add(Remotes.of(section));
      }
    }
    if (chosen.isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          remote == null ? file + " names no remote" : "no remote is named " + remote,
          "known are: "
              + config.remotes().stream()
                  .map(Config.RemoteSection::name)
                  .collect(Collectors.joining(", ")));
    }
    return chosen;
  }

  private Config.RemoteSection section(String address) throws CliException, RemoteException {
    URI url;
    try {
      url = URI.create(address);
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.USAGE, address + " is not an address", "write sftp://user@host/folder");
    }
    if (!"sftp".equals(url.getScheme())) {
      return new Config.RemoteSection(address, url, null, null, null);
    }
    if (key == null) {
      throw new CliException(
          ExitCode.USAGE,
          "no private key to log in to " + url.getHost() + " with",
          "name it with --key FILE");
    }
    if (!Files.isRegularFile(key)) {
      throw new CliException(
          ExitCode.USAGE, "--key " + key + " is not a file", "give an existing private key");
    }
    return new Config.RemoteSection(address, url, key, trusted(url, key), proxy);
  }

  private Path trusted(URI url, Path usedKey) throws CliException, RemoteException {
    if (knownHosts != null && fingerprint == null) {
      return knownHosts;
    }
    Path usual = Path.of(System.getProperty("user.home"), ".ssh", "known_hosts");
    SftpTarget target;
    try {
      target = SftpTarget.of(url, usedKey, usual, proxy);
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.USAGE,
          String.valueOf(e.getMessage()),
          "write sftp://user@host/folder, and a proxy socks5://host:port");
    }
    if (fingerprint != null) {
      return AcceptedHostKey.pin(target, fingerprint);
    }
    if (!Files.exists(usual)) {
      throw AcceptedHostKey.unknown(target);
    }
    return usual;
  }
}
