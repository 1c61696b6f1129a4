package dev.lightkeeper.remote.sftp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.SocketFactory;
import net.schmizz.keepalive.KeepAliveRunner;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import org.jspecify.annotations.Nullable;

/** One TCP connection that speaks SSH, direct or through a SOCKS5 proxy; can be cut at any time. */
final class SshLink {
  private static final Duration CONNECT = Duration.ofSeconds(8);
  private static final long RECEIVE_WINDOW = 8L << 20;
  private static final Duration CONNECT_THROUGH_PROXY = Duration.ofSeconds(16);

  private final AtomicReference<@Nullable Socket> socket = new AtomicReference<>();
  private volatile @Nullable SSHClient client;
  private volatile boolean cut;

  /** Connects and exchanges keys; the server's identity is checked by {@code verifier}. */
  SSHClient open(
      String host,
      int port,
      @Nullable InetSocketAddress socksProxy,
      Config config,
      HostKeyVerifier verifier)
      throws IOException {
    if (socksProxy != null) {
      // The address is a stand-in: the proxy gets the name, and nothing is resolved here.
      return open(
          InetAddress.getByAddress(host, new byte[] {0, 0, 0, 0}),
          port,
          new Sockets(() -> new ProxiedSocket(socksProxy, host, port)),
          CONNECT_THROUGH_PROXY,
          config,
          verifier);
    }
    InetAddress[] addresses = InetAddress.getAllByName(host);
    for (int i = 0; ; i++) {
      // With its name attached, as otherwise the library asks DNS for it.
      InetAddress named = InetAddress.getByAddress(host, addresses[i].getAddress());
      try {
        return open(named, port, new Sockets(Socket::new), CONNECT, config, verifier);
      } catch (java.net.ConnectException | java.net.NoRouteToHostException e) {
        if (i == addresses.length - 1) {
          throw e;
        }
      }
    }
  }

  private SSHClient open(
      InetAddress address,
      int port,
      SocketFactory sockets,
      Duration connect,
      Config config,
      HostKeyVerifier verifier)
      throws IOException {
    SSHClient ssh = new SSHClient(config);
    client = ssh;
    ssh.addHostKeyVerifier(verifier);
    ssh.setSocketFactory(sockets);
    ssh.setConnectTimeout((int) connect.toMillis());
    ssh.getTransport().setTimeoutMs((int) SftpWire.SILENCE.toMillis());
    ssh.getConnection().setTimeoutMs((int) SftpWire.SILENCE.toMillis());
    // What may come before it is asked for more: the library's 2 MiB would be all of a round trip.
    ssh.getConnection().setWindowSize(RECEIVE_WINDOW);
    if (ssh.getConnection().getKeepAlive() instanceof KeepAliveRunner keepAlive) {
      // Started by connect() only if set before it.
      // Silence is noticed after at most 9 s, and an answer may take 6.
      keepAlive.setKeepAliveInterval(3);
      keepAlive.setMaxAliveCount(2);
    }
    ssh.connect(address, port);
    return ssh;
  }

  boolean connected() {
    SSHClient ssh = client;
    return !cut && ssh != null && ssh.isConnected();
  }

  /** Has {@code tell} run when the connection ends by itself, or is found not to answer. */
  void whenLost(Runnable tell) {
    SSHClient ssh = client;
    if (ssh != null) {
      ssh.getTransport().setDisconnectListener((_, _) -> tell.run());
    }
  }

  /** Closes the socket, which fails all that reads or writes; safe from any thread. */
  void cut() {
    cut = true;
    close(socket.get());
  }

  /** Says goodbye and closes; takes at most a second. */
  void close() {
    SSHClient ssh = client;
    if (connected() && ssh != null) {
      Thread goodbye =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      ssh.disconnect();
                    } catch (IOException e) {
                      cut();
                    }
                  });
      try {
        goodbye.join(Duration.ofMillis(400));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    cut();
  }

  private static void close(@Nullable Socket socket) {
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        // Closing a socket that is broken already: nothing is left to do.
      }
    }
  }

  /** Makes sockets that {@link #cut} can close and that send at once. */
  private final class Sockets extends SocketFactory {
    private interface Maker {
      Socket make() throws IOException;
    }

    private final Maker maker;

    Sockets(Maker maker) {
      this.maker = maker;
    }

    @Override
    public Socket createSocket() throws IOException {
      Socket made = maker.make();
      made.setTcpNoDelay(true);
      socket.set(made);
      if (cut) {
        close(made);
      }
      return made;
    }

    @Override
    public Socket createSocket(String host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) {
      throw new UnsupportedOperationException();
    }
  }

  /** Goes to one host by name, through a proxy that resolves it (RFC 1928, address type 3). */
  private static final class ProxiedSocket extends Socket {
    private final InetSocketAddress destination;
    private volatile @Nullable InetAddress named;

    ProxiedSocket(InetSocketAddress proxy, String host, int port) {
      super(new Proxy(Proxy.Type.SOCKS, proxy));
      this.destination = InetSocketAddress.createUnresolved(host, port);
    }

    @Override
    public void connect(SocketAddress standIn, int timeout) throws IOException {
      if (standIn instanceof InetSocketAddress named) {
        this.named = named.getAddress();
      }
      super.connect(destination, timeout);
    }

    /** The SSH library takes the host's name from it; an unresolved one would have none. */
    @Override
    public @Nullable InetAddress getInetAddress() {
      return named;
    }
  }
}
