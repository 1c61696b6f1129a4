package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigException;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.deployment.DeploymentException;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.shelf.ArchiveFolder;
import dev.lightkeeper.shelf.Retention;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where archives are by the configuration, and how long they are kept there. */
final class ArchivePlaces {
  private static final Path USUAL = Path.of("/var/lib/docker/volumes/backup_datadir/_data");

  private ArchivePlaces() {}

  /** The folder on this host; empty if there is none, such as on a new machine. */
  static Optional<ArchiveFolder> folder(GlobalOptions global) throws ConfigException {
    Path file = global.configFile();
    return Files.exists(file) ? folder(ConfigFile.load(file)) : Optional.empty();
  }

  /** The folder that the configuration names, else the one of BTCPay's scripts if it is there. */
  static Optional<ArchiveFolder> folder(Config config) {
    Config.BackupSection backup = config.backup();
    if (backup != null && backup.folder() != null) {
      return Optional.of(new ArchiveFolder(backup.folder()));
    }
    return Optional.of(besideTheVolumes().orElse(USUAL))
        .filter(Files::isDirectory)
        .map(ArchiveFolder::new);
  }

  /** Docker's root may be elsewhere by now, and its former folder be there still. */
  private static Optional<Path> besideTheVolumes() {
    try (Engine engine = Engine.open()) {
      return engine
          .volume("generated_btcpay_datadir")
          .map(data -> data.resolve("../../backup_datadir/_data").normalize());
    } catch (DeploymentException e) {
      return Optional.empty(); // no Docker here, or not for this account
    }
  }

  /** The rule of the configuration. */
  static Retention retention(Config config) throws CliException {
    Config.BackupSection backup = config.backup();
    if (backup == null) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          config.source() + " has no [backup], so there is no rule to prune by",
          "add [backup] with keep = { last = 3, daily = 7, weekly = 4, monthly = 12 }");
    }
    Config.Keep keep = backup.keep();
    return new Retention(keep.last(), keep.daily(), keep.weekly(), keep.monthly());
  }
}
