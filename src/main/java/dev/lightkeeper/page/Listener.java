package dev.lightkeeper.page;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on one address, for ever: where it cannot, it says so and tries again. On a virtual
 * thread that does nothing while nobody asks.
 */
final class Listener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
  private static final Duration AGAIN = Duration.ofSeconds(3);
  private static final int MOST_AT_ONCE = 32;
  private static final int BACKLOG = 64;

  private final SocketAddress address;
  private final Consumer<SocketChannel> client;
  private final Observer observer;
  private final Semaphore free = new Semaphore(MOST_AT_ONCE);
  private final Thread thread;
  private volatile @Nullable ServerSocketChannel server;
  private volatile boolean closed;

  /** Is told how it goes. */
  interface Observer {
    /** It listens, on {@code bound}. */
    void listening(SocketAddress bound);

    /** It does not listen, for now. */
    void failed(SocketAddress address, String reason);
  }

  private Listener(SocketAddress address, Consumer<SocketChannel> client, Observer observer) {
    this.address = address;
    this.client = client;
    this.observer = observer;
    this.thread = Thread.ofVirtual().name("page-listener").unstarted(this::run);
  }

  /** Begins; each connection is given to {@code client}, which closes it. */
  static Listener start(SocketAddress address, Consumer<SocketChannel> client, Observer observer) {
    Listener listener = new Listener(address, client, observer);
    listener.thread.start();
    return listener;
  }

  private void run() {
    while (!closed) {
      try {
        listen();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        observer.failed(address, String.valueOf(e.getMessage()));
      }
      try {
        Thread.sleep(AGAIN);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void listen() throws IOException {
    try (ServerSocketChannel bound = bind()) {
      server = bound;
      if (closed) {
        return;
      }
      observer.listening(bound.getLocalAddress());
      while (true) {
        accepted(bound.accept());
      }
    }
  }

  private void accepted(SocketChannel connection) throws IOException {
    if (!free.tryAcquire()) {
      connection.close();
      return;
    }
    Thread.ofVirtual()
        .name("page")
        .start(
            () -> {
              try {
                client.accept(connection);
              } finally {
                free.release();
              }
            });
  }

  private ServerSocketChannel bind() throws IOException {
    if (!(address instanceof UnixDomainSocketAddress unix)) {
      ServerSocketChannel channel = ServerSocketChannel.open();
      return bound(channel, address);
    }
    removeStale(unix);
    ServerSocketChannel channel =
        bound(ServerSocketChannel.open(StandardProtocolFamily.UNIX), unix);
    try {
      // For the group too, such as a web server's user that was added to it.
      Files.setPosixFilePermissions(unix.getPath(), PosixFilePermissions.fromString("rw-rw----"));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static ServerSocketChannel bound(ServerSocketChannel channel, SocketAddress address)
      throws IOException {
    try {
      return channel.bind(address, BACKLOG);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** A daemon that was killed leaves its socket behind. */
  private static void removeStale(UnixDomainSocketAddress address) throws IOException {
    Path path = address.getPath();
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther()) {
      throw new IOException("there is a file in the way, which is not a socket");
    }
    try (SocketChannel _ = SocketChannel.open(address)) {
      throw new IOException("Address already in use");
    } catch (ConnectException e) {
      Files.delete(path);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    ServerSocketChannel open = server;
    try {
      if (open != null) {
        open.close();
        if (address instanceof UnixDomainSocketAddress unix) {
          Files.deleteIfExists(unix.getPath());
        }
      }
    } catch (IOException e) {
      LOG.debug("closing {}", address, e);
    }
  }

  /** As it is written for people. */
  static String words(SocketAddress address) {
    return switch (address) {
      case UnixDomainSocketAddress unix -> "unix:" + unix.getPath();
      case InetSocketAddress tcp ->
          tcp.getAddress().getHostAddress().contains(":")
              ? "http://[%s]:%d/".formatted(tcp.getAddress().getHostAddress(), tcp.getPort())
              : "http://%s:%d/".formatted(tcp.getAddress().getHostAddress(), tcp.getPort());
      default -> address.toString();
    };
  }
}
