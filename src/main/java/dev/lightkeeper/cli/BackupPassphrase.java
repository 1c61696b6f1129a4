package dev.lightkeeper.cli;

import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.DeploymentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What archives are encrypted with: {@code BTCPAY_BACKUP_PASSPHRASE}, as BTCPay's scripts take it;
 * else the systemd credential {@code passphrase}; else the configuration's {@code passphrase_file};
 * else what BTCPay's profile script sets, which its own scripts source first.
 */
final class BackupPassphrase {
  private static final String VARIABLE = "BTCPAY_BACKUP_PASSPHRASE";
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_READ);

  private BackupPassphrase() {}

  /** Reads BTCPay's environment; only asked if nothing else is given. */
  interface Btcpay {
    BtcpayEnvironment environment() throws DeploymentException, InterruptedException;
  }

  /** Null if archives are not to be encrypted. */
  static @Nullable Passphrase find(
      Map<String, String> environment,
      @Nullable Path configured,
      Btcpay btcpay,
      GlobalOptions global)
      throws ArchiveException, CliException, DeploymentException, InterruptedException {
    Passphrase ours = ours(environment, configured, global);
    if (ours != null) {
      return ours;
    }
    String theirs = btcpay.environment().variables().getOrDefault(VARIABLE, "");
    return theirs.isEmpty() ? null : Passphrase.of(theirs.toCharArray());
  }

  private static @Nullable Passphrase ours(
      Map<String, String> environment, @Nullable Path configured, GlobalOptions global)
      throws ArchiveException, CliException {
    String given = environment.getOrDefault(VARIABLE, "");
    if (!given.isEmpty()) {
      return Passphrase.of(given.toCharArray());
    }
    String credentials = environment.getOrDefault("CREDENTIALS_DIRECTORY", "");
    if (!credentials.isEmpty() && Files.exists(Path.of(credentials, "passphrase"))) {
      return read(Path.of(credentials, "passphrase"));
    }
    if (configured == null) {
      return null;
    }
    Passphrase passphrase = read(configured);
    if (isOpen(configured)) {
      global.warn(configured + " can be read by others: chmod 600 " + configured);
    }
    return passphrase;
  }

  private static Passphrase read(Path file) throws ArchiveException, CliException {
    try {
      return Passphrase.firstLineOf(file);
    } catch (IOException e) {
      throw new CliException(
          ExitCode.CONFIGURATION,
          "the passphrase in " + file + " cannot be read: " + Words.failure(e),
          "put it there, readable by root only, or set passphrase_file in [backup]");
    }
  }

  private static boolean isOpen(Path file) {
    try {
      return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
    } catch (IOException e) {
      return false; // it was read a moment ago
    }
  }
}
