package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import java.net.InetSocketAddress;
import java.security.PublicKey;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/** Asks a server for its host key without logging in, so that a person can compare and pin it. */
public final class HostKeyScan {
  private HostKeyScan() {}

  /**
   * The key the server shows; ed25519 if it has one. Takes at most 20 seconds.
   *
   * @param socksProxy a SOCKS5 proxy that resolves {@code host}, or null
   * @throws RemoteException of kind UNREACHABLE
   */
  public static HostKey fetch(String host, int port, @Nullable InetSocketAddress socksProxy)
      throws RemoteException {
    AtomicReference<@Nullable PublicKey> shown = new AtomicReference<>();
    HostKeyVerifier look =
        new HostKeyVerifier() {
          @Override
          public boolean verify(String hostname, int p, PublicKey key) {
            shown.set(key);
            return false;
          }

          @Override
          public List<String> findExistingAlgorithms(String hostname, int p) {
            return List.of();
          }
        };
    SshLink link = new SshLink();
    try {
      Dial.within(
          link,
          host + ":" + port,
          () -> link.open(host, port, socksProxy, SshAlgorithms.config(List.of()), look));
    } catch (RemoteException e) {
      PublicKey key = shown.get();
      if (key != null) {
        return HostKey.of(host, port, key);
      }
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Dial.unreachable(host + ":" + port, e);
    } finally {
      link.cut();
    }
    throw new IllegalStateException("a key that is refused cannot let a connection through");
  }
}
