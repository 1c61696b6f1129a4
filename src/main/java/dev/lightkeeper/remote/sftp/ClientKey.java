package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import org.jspecify.annotations.Nullable;

/** Reads the private key that logs in; says which of the usual mistakes was made if it cannot. */
final class ClientKey {
  private static final String OPENSSH = "-----BEGIN OPENSSH PRIVATE KEY-----";

  private ClientKey() {}

  /**
   * The key in {@code file}.
   *
   * @throws RemoteException of kind AUTHENTICATION if it is unreadable, no key, or has a passphrase
   */
  static KeyProvider load(Config config, Path file) throws RemoteException {
    String text;
    try {
      text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      String why = Files.exists(file) ? "cannot be read by this user" : "does not exist";
      throw unusable(file, why, "see the path, its owner and its mode (0600)", e);
    }
    if (text.startsWith("ssh-") || text.startsWith("ecdsa-")) {
      throw unusable(
          file, "is a public key", "name the private one, which has no .pub at its end", null);
    }
    if (encrypted(text)) {
      throw unusable(
          file,
          "is protected by a passphrase, which a daemon cannot type",
          "make a key of its own without one: ssh-keygen -t ed25519 -N '' -f FILE",
          null);
    }
    try {
      KeyProvider key = new SSHClient(config).loadKeys(file.toString());
      if (key.getPrivate() != null && key.getPublic() != null) {
        return key;
      }
      throw new IOException("it holds no key pair");
    } catch (IOException | RuntimeException e) {
      throw unusable(
          file,
          "is not a private key that can be read",
          "make one with: ssh-keygen -t ed25519 -N '' -f FILE",
          e);
    }
  }

  /** OpenSSH's own format names the cipher right after its magic (its PROTOCOL.key file). */
  private static boolean encrypted(String text) {
    if (!text.startsWith(OPENSSH)) {
      return text.contains("ENCRYPTED");
    }
    int end = text.indexOf("-----END");
    if (end < 0) {
      return false;
    }
    try {
      byte[] blob = Base64.getMimeDecoder().decode(text.substring(OPENSSH.length(), end));
      String head = new String(blob, StandardCharsets.ISO_8859_1);
      return head.startsWith("openssh-key-v1\0") && !head.startsWith("\0\0\0\4none", 15);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static RemoteException unusable(
      Path file, String why, String remedy, @Nullable Throwable cause) {
    return new RemoteException(Kind.AUTHENTICATION, "The key " + file + " " + why, remedy, cause);
  }
}
