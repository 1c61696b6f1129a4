package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option that says where BTCPay Server's environment is, for a host without a configuration.
 */
final class ProfileOption {
  @Option(
      names = "--environment",
      paramLabel = "FILE",
      description = "BTCPay Server's profile script (default: /etc/profile.d/btcpay-env.sh).")
  private @Nullable Path environment;

  /** The script: as given, else as the configuration says, else the usual one. */
  Path file(Optional<Config> config) {
    if (environment != null) {
      return environment;
    }
    Config.BackupSection backup = config.map(Config::backup).orElse(null);
    return backup == null ? BtcpayEnvironment.USUAL_PROFILE : backup.environment();
  }
}
