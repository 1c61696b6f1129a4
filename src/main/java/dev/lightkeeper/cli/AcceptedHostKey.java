package dev.lightkeeper.cli;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Trust for one run in the host key whose fingerprint the user gave. */
final class AcceptedHostKey {
  private AcceptedHostKey() {}

  @SuppressWarnings("DoNotCallSuggester")
  static Path pin(URI url, @Nullable URI proxy, String fingerprint) throws CliException {
    throw new CliException(
        ExitCode.FAILED, "no scan of " + url + proxy + fingerprint + " yet", "use --known-hosts");
  }
}
