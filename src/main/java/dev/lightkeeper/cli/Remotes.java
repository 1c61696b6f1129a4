package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.nio.file.Path;

/** Makes remotes of what the configuration says. */
final class Remotes {
  private Remotes() {}

  /**
   * The remote of a checked section; connects to nothing yet.
   *
   * @throws CliException if the section cannot name a remote
   */
  static Remote of(Config.RemoteSection section) throws CliException {
    try {
      String scheme = String.valueOf(section.url().getScheme());
      return switch (scheme) {
        case "file" -> new DirectoryRemote(section.name(), Path.of(section.url()));
        case "sftp" -> {
          if (section.key() == null || section.knownHosts() == null) {
            throw new IllegalArgumentException(
                "the remote " + section.name() + " lacks a key or known_hosts");
          }
          yield new SftpRemote(
              section.name(),
              SftpTarget.of(section.url(), section.key(), section.knownHosts(), section.proxy()));
        }
        default ->
            throw new IllegalArgumentException(
                section.url() + " is no remote: it does not start with sftp:// or file://");
      };
    } catch (IllegalArgumentException e) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          String.valueOf(e.getMessage()),
          "write sftp://user@host/folder or file:///folder");
    }
  }
}
