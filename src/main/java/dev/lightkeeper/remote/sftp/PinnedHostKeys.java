package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.security.PublicKey;
import java.util.List;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import net.schmizz.sshj.transport.verification.OpenSSHKnownHosts;
import org.jspecify.annotations.Nullable;

/** Lets a server in only if its key is pinned for the target; never writes, never asks. */
final class PinnedHostKeys implements HostKeyVerifier {
  private final SftpTarget target;
  private final OpenSSHKnownHosts known;
  private volatile @Nullable PublicKey refused;

  private PinnedHostKeys(SftpTarget target, OpenSSHKnownHosts known) {
    this.target = target;
    this.known = known;
  }

  /**
   * Reads the target's known_hosts file.
   *
   * @throws RemoteException of kind HOST_KEY if it cannot be read
   */
  static PinnedHostKeys of(SftpTarget target) throws RemoteException {
    try {
      String text = Files.readString(target.knownHosts());
      SshAlgorithms.servePinned(text);
      return new PinnedHostKeys(target, new OpenSSHKnownHosts(new StringReader(text)));
    } catch (IOException e) {
      String why = Files.exists(target.knownHosts()) ? "cannot be read" : "does not exist";
      throw new RemoteException(
          Kind.HOST_KEY,
          "The pinned host keys " + target.knownHosts() + " " + why,
          "pin the key of " + target.host() + " there with `lightkeeper init`",
          e);
    }
  }

  /** The types of the keys pinned for the target, such as {@code ssh-ed25519}. */
  List<String> types() {
    return List.copyOf(known.findExistingAlgorithms(target.host(), target.port()));
  }

  // The name is the target's own: what the socket is connected to may be a proxy.
  @Override
  public boolean verify(String hostname, int port, PublicKey key) {
    boolean pinned = known.verify(target.host(), target.port(), key);
    if (!pinned) {
      refused = key;
    }
    return pinned;
  }

  /** Nothing: the order of {@link SshAlgorithms} already prefers what is pinned. */
  @Override
  public List<String> findExistingAlgorithms(String hostname, int port) {
    return List.of();
  }

  /** Why the connection failed, if it was for the host key. */
  @Nullable RemoteException refusal(Throwable cause) {
    PublicKey shown = refused;
    if (shown == null) {
      return null;
    }
    String server = target.host() + ":" + target.port();
    String fingerprint = HostKey.fingerprint(shown);
    if (types().isEmpty()) {
      return new RemoteException(
          Kind.HOST_KEY,
          "The host key of %s (%s) is not pinned in %s; nothing was sent"
              .formatted(server, fingerprint, target.knownHosts()),
          "compare the fingerprint with the server's own and pin it",
          cause);
    }
    return new RemoteException(
        Kind.HOST_KEY,
        "The host key of %s has CHANGED: it shows %s, which is not the one pinned in %s; nothing"
                .formatted(server, fingerprint, target.knownHosts())
            + " was sent",
        "someone may be in between; only if the server's key was replaced on purpose, pin the new"
            + " one",
        cause);
  }
}
