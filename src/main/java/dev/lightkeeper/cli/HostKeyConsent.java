package dev.lightkeeper.cli;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.HostKey;
import dev.lightkeeper.remote.sftp.HostKeyScan;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.IOException;
import java.util.List;

/**
 * First contact with a server: its host key is trusted only after a person compared the
 * fingerprint, or gave the right one beforehand.
 *
 * @param accepted fingerprints given beforehand
 */
record HostKeyConsent(List<String> accepted, Questions questions, GlobalOptions global) {
  HostKeyConsent {
    accepted = accepted.stream().map(HostKeyConsent::normal).toList();
  }

  /**
   * The line to pin.
   *
   * @throws CliException of code REFUSED if nobody consented
   */
  String ask(SftpTarget target) throws CliException, RemoteException, IOException {
    HostKey key = HostKeyScan.fetch(target.host(), target.port(), target.socksProxy());
    String shown = "%s %s".formatted(key.type(), key.fingerprint());
    if (!accepted.isEmpty()) {
      if (accepted.contains(normal(key.fingerprint()))) {
        return key.knownHostsLine();
      }
      throw new CliException(
          ExitCode.REFUSED,
          "%s port %d answers with the host key %s, not with the accepted %s"
              .formatted(key.host(), key.port(), shown, String.join(", ", accepted)),
          "Ask the server's operator which is right; do not go on before you know");
    }
    global.err().printf("%s port %d has the host key%n  %s%n", key.host(), key.port(), shown);
    global
        .err()
        .println("Compare it with what 'ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub' says there.");
    if (questions.yes("Is it the same, and shall it be trusted from now on?")) {
      return key.knownHostsLine();
    }
    global.err().println();
    throw new CliException(
        ExitCode.REFUSED,
        "nobody confirmed the host key %s of %s; nothing was written".formatted(shown, key.host()),
        "Once it is confirmed, run this again with --accept-host-key " + key.fingerprint());
  }

  private static String normal(String fingerprint) {
    String bare = fingerprint.strip().replaceAll("=+$", "");
    return bare.startsWith("SHA256:") ? bare : "SHA256:" + bare;
  }
}
