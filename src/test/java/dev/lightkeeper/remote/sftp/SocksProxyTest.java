package dev.lightkeeper.remote.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.testing.FreePort;
import dev.lightkeeper.testing.RealSshd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through a SOCKS5 proxy, as onion addresses are reached; the proxy is OpenSSH's own, ssh -D. */
class SocksProxyTest {
  @TempDir private Path folder;

  @Test
  void a_remote_is_reached_by_name_through_the_proxy() throws Exception {
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      int port = FreePort.next();
      Path pinned = folder.resolve("known_hosts");
      String line = Files.readString(sshd.knownHosts());
      Files.writeString(pinned, line.replace("[127.0.0.1]", "[localhost]"));
      Process proxy = proxy(sshd, port);
      try (RemoteSession session = through(sshd, "localhost", port, pinned).connect()) {
        assertThat(session.probe().fsync()).isTrue();
        proxy.destroy();
        // Nothing went past the proxy: without it the connection is gone.
        await().atMost(Duration.ofSeconds(15)).until(() -> !session.alive());
      } finally {
        proxy.destroy();
      }
    }
  }

  @Test
  void a_proxy_that_is_down_is_named() throws Exception {
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      int port = FreePort.next();
      Path pinned = folder.resolve("known_hosts");
      Files.writeString(
          pinned, Files.readString(sshd.knownHosts()).replace("[127.0.0.1]", "[abc.onion]"));
      SftpRemote remote = through(sshd, "abc.onion", port, pinned);

      assertThatThrownBy(remote::connect)
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> assertThat(e.kind()).isEqualTo(RemoteException.Kind.UNREACHABLE));
    }
  }

  private static SftpRemote through(RealSshd sshd, String host, int proxy, Path pinned) {
    SftpTarget straight = sshd.target();
    return new SftpRemote(
        "onion",
        new SftpTarget(
            straight.user(),
            host,
            straight.port(),
            straight.path(),
            straight.key(),
            pinned,
            InetSocketAddress.createUnresolved("127.0.0.1", proxy)));
  }

  private Process proxy(RealSshd sshd, int port) throws IOException {
    Process proxy =
        new ProcessBuilder(
                "ssh",
                "-N",
                "-D",
                "127.0.0.1:" + port,
                "-p",
                Integer.toString(sshd.port()),
                "-i",
                sshd.clientKey().toString(),
                "-o",
                "UserKnownHostsFile=" + sshd.knownHosts(),
                "-o",
                "BatchMode=yes",
                "-o",
                "ExitOnForwardFailure=yes",
                "-F",
                "none",
                sshd.target().user() + "@127.0.0.1")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("proxy.log").toFile())
            .start();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(
            () -> {
              try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return probe.isConnected();
              } catch (IOException e) {
                return false;
              }
            });
    return proxy;
  }
}
