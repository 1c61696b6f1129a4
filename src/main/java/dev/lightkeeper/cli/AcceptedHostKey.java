package dev.lightkeeper.cli;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.HostKey;
import dev.lightkeeper.remote.sftp.HostKeyScan;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Trust for one run in the host key whose fingerprint the user gave. */
final class AcceptedHostKey {
  private AcceptedHostKey() {}

  /**
   * A file of host keys that holds the server's key, if it is the accepted one; removed when the
   * program ends.
   *
   * @throws CliException if the server shows another key
   * @throws RemoteException if the server does not answer
   */
  static Path pin(SftpTarget target, String fingerprint) throws CliException, RemoteException {
    HostKey shown = HostKeyScan.fetch(target.host(), target.port(), target.socksProxy());
    if (!shown.fingerprint().equals(fingerprint)) {
      throw new CliException(
          ExitCode.WRONG_KEY,
          "%s shows the %s host key %s, not %s"
              .formatted(target.host(), shown.type(), shown.fingerprint(), fingerprint),
          "compare it with what the server itself says: ssh-keygen -lf"
              + " /etc/ssh/ssh_host_ed25519_key.pub");
    }
    try {
      Path file = Files.createTempFile("lightkeeper", ".known_hosts");
      file.toFile().deleteOnExit();
      return Files.writeString(file, shown.knownHostsLine() + "\n");
    } catch (IOException e) {
      throw new CliException(
          ExitCode.FAILED,
          "the host key cannot be kept for this run: " + Words.failure(e),
          "make room in the folder for temporary files, or use --known-hosts");
    }
  }

  /**
   * What to tell a user who has no file of host keys at all.
   *
   * @throws RemoteException if the server does not answer
   */
  static CliException unknown(SftpTarget target) throws RemoteException {
    HostKey shown = HostKeyScan.fetch(target.host(), target.port(), target.socksProxy());
    return new CliException(
        ExitCode.WRONG_KEY,
        "the host key of %s is not known: there is no %s"
            .formatted(target.host(), target.knownHosts()),
        "it shows %s; if the server's own administrator confirms that, add --accept-host-key %s"
            .formatted(shown.fingerprint(), shown.fingerprint()));
  }
}
