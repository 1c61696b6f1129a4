package dev.lightkeeper.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A TCP forwarder on loopback whose network can be made slow, silent or broken at will. */
public final class TcpProxy implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final int upstreamPort;
  private final int port;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong allowance = new AtomicLong(Long.MAX_VALUE);
  private final Object gate = new Object();
  private final AtomicLong forwarded = new AtomicLong();
  private volatile long delayNanos;
  private volatile boolean silent;
  private volatile boolean closed;
  private volatile @Nullable ServerSocket listener;

  /** What is due at {@code at} ({@link System#nanoTime}); empty bytes are the end of stream. */
  private record Chunk(long at, ByteBuffer bytes) {}

  private TcpProxy(int upstreamPort) throws IOException {
    this.upstreamPort = upstreamPort;
    ServerSocket first = new ServerSocket(0, 512, LOOPBACK);
    this.port = first.getLocalPort();
    listen(first);
  }

  /** A proxy in front of {@code upstreamPort} on loopback; forwards at once and without delay. */
  public static TcpProxy to(int upstreamPort) throws IOException {
    return new TcpProxy(upstreamPort);
  }

  /** The port to connect to, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** Delays every byte by this much in each direction; throughput stays (it is a delay line). */
  public TcpProxy delay(Duration oneWay) {
    delayNanos = oneWay.toNanos();
    return this;
  }

  /** Forwards nothing from now on, keeps sockets open, and accepts new connections in silence. */
  public void blackHole() {
    silent = true;
  }

  /** Refuses new connections; existing ones stay. */
  public void refuse() throws IOException {
    ServerSocket open = listener;
    listener = null;
    if (open != null) {
      open.close();
    }
  }

  /** Forwards again what was held back, and accepts connections again. */
  public void heal() throws IOException {
    allowance.set(Long.MAX_VALUE);
    if (listener == null && !closed) {
      ServerSocket again = new ServerSocket();
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress(LOOPBACK, port), 512);
      listen(again);
    }
    synchronized (gate) {
      silent = false;
      gate.notifyAll();
    }
  }

  /** Resets every connection. */
  public void dropAll() {
    sockets.forEach(TcpProxy::reset);
  }

  /** Resets every connection after {@code bytes} more from clients were forwarded. */
  public void dropAfter(long bytes) {
    allowance.set(bytes);
  }

  /** How many bytes from clients were forwarded so far. */
  public long forwarded() {
    return forwarded.get();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    refuse();
    dropAll();
    heal();
  }

  private void listen(ServerSocket server) {
    listener = server;
    Thread.ofVirtual().name("proxy-" + port).start(() -> accept(server));
  }

  private void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> forward(client));
      } catch (IOException e) {
        return; // the listener was closed: refuse() or close()
      }
    }
  }

  private void forward(Socket client) {
    Socket upstream = new Socket();
    sockets.add(upstream);
    try {
      awaitSound();
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      upstream.connect(new InetSocketAddress(LOOPBACK, upstreamPort), 5_000);
      Thread back = Thread.ofVirtual().start(() -> pump(upstream, client, false));
      pump(client, upstream, true);
      back.join();
    } catch (IOException | InterruptedException e) {
      reset(client);
    } finally {
      reset(upstream);
      reset(client);
      sockets.remove(upstream);
      sockets.remove(client);
    }
  }

  private void pump(Socket from, Socket to, boolean fromClient) {
    BlockingQueue<Chunk> line = new ArrayBlockingQueue<>(8192);
    Thread writer = Thread.ofVirtual().start(() -> drain(line, to, fromClient));
    byte[] buffer = new byte[64 << 10];
    try {
      for (int n; (n = from.getInputStream().read(buffer)) >= 0; ) {
        line.put(
            new Chunk(System.nanoTime() + delayNanos, ByteBuffer.wrap(Arrays.copyOf(buffer, n))));
      }
      line.put(new Chunk(System.nanoTime() + delayNanos, END));
      writer.join();
    } catch (IOException | InterruptedException e) {
      writer.interrupt();
      reset(to);
    }
  }

  private void drain(BlockingQueue<Chunk> line, Socket to, boolean fromClient) {
    try {
      while (true) {
        Chunk chunk = line.take();
        for (long wait; (wait = chunk.at() - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(wait);
        }
        awaitSound();
        if (chunk.bytes().remaining() == 0) {
          to.shutdownOutput();
          return;
        }
        int allowed = chunk.bytes().remaining();
        if (fromClient) {
          allowed = Math.clamp(allowance.getAndAdd(-allowed), 0, allowed);
        }
        to.getOutputStream().write(chunk.bytes().array(), 0, allowed);
        if (fromClient) {
          forwarded.addAndGet(allowed);
        }
        if (allowed < chunk.bytes().remaining()) {
          dropAll();
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      reset(to);
    }
  }

  private void awaitSound() throws InterruptedException {
    synchronized (gate) {
      while (silent) {
        gate.wait();
      }
    }
  }

  private static void reset(Socket socket) {
    try {
      if (!socket.isClosed()) {
        socket.setSoLinger(true, 0);
      }
      socket.close();
    } catch (IOException e) {
      // It is gone, which is what was asked for.
    }
  }
}
