package dev.lightkeeper.testing;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Between a client and a Docker Engine: holds, loses or cuts off the one request that a test chose.
 * Every other one passes.
 */
public final class DockerProxy implements AutoCloseable {
  /** What becomes of the chosen request. */
  public enum Fault {
    /** None: it passes, and the test knows. */
    SEEN,
    /** It never reaches the Engine; the client waits. */
    HELD,
    /** The Engine gets it; the client waits for the answer. */
    UNANSWERED,
    /** The connection breaks before the Engine gets it. */
    LOST,
    /** The connection breaks once some hundred kilobytes of the answer have passed. */
    CUT
  }

  private static final int CUT_AFTER = 300_000;

  private final Path folder;
  private final URI engine;
  private final ServerSocketChannel server;
  private final Pattern requests;
  private final int number;
  private final Fault fault;
  private final AtomicInteger seen = new AtomicInteger();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param requests which request lines are counted, such as {@code "POST .*}{@code /stop"}
   * @param number which of these gets the fault, from 1; 0 for none
   */
  public DockerProxy(URI engine, String requests, int number, Fault fault) throws IOException {
    this.folder = Files.createTempDirectory("lk-proxy");
    this.engine = engine;
    this.requests = Pattern.compile(requests);
    this.number = number;
    this.fault = fault;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    var _ = server.bind(UnixDomainSocketAddress.of(folder.resolve("s")));
    start(this::accept);
  }

  /** Where clients connect. */
  public URI host() {
    return URI.create("unix://" + folder.resolve("s"));
  }

  /** Waits until the chosen request has come. */
  public void awaitFault() throws InterruptedException {
    reached.await();
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        SocketChannel upstream = SocketChannel.open(UnixDomainSocketAddress.of(engine.getPath()));
        AtomicInteger limit = new AtomicInteger(Integer.MAX_VALUE);
        start(() -> requests(client, upstream, limit));
        start(() -> answers(upstream, client, limit));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void requests(SocketChannel client, SocketChannel upstream, AtomicInteger limit) {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    try {
      while (client.read(buffer) >= 0) {
        String text =
            new String(buffer.array(), 0, Math.min(400, buffer.position()), StandardCharsets.UTF_8);
        String line = text.lines().findFirst().orElse("");
        if (requests.matcher(line).lookingAt() && seen.incrementAndGet() == number) {
          switch (fault) {
            case SEEN -> reached.countDown();
            case HELD -> {
              reached.countDown();
              closed.await();
              close(client, upstream);
              return;
            }
            case UNANSWERED -> limit.set(0);
            case LOST -> {
              reached.countDown();
              close(client, upstream);
              return;
            }
            case CUT -> limit.set(CUT_AFTER);
          }
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          upstream.write(buffer);
        }
        buffer.clear();
        if (limit.get() == 0) {
          reached.countDown();
        }
      }
      if (closed.getCount() > 0 && (reached.getCount() > 0 || fault == Fault.SEEN)) {
        upstream.shutdownOutput(); // a program's input ended
        return;
      }
    } catch (IOException | InterruptedException e) {
      // One side went away: so does the other.
    }
    close(client, upstream);
  }

  private void answers(SocketChannel upstream, SocketChannel client, AtomicInteger limit) {
    ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    long passed = 0;
    try {
      while (upstream.read(buffer) >= 0) {
        if (limit.get() == 0) {
          closed.await();
          break;
        }
        buffer.flip();
        passed += buffer.remaining();
        while (buffer.hasRemaining()) {
          client.write(buffer);
        }
        buffer.clear();
        if (passed > limit.get()) {
          reached.countDown();
          break;
        }
      }
    } catch (IOException | InterruptedException e) {
      // One side went away: so does the other.
    }
    close(client, upstream);
  }

  private static void close(SocketChannel client, SocketChannel upstream) {
    try {
      client.close();
      upstream.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void start(Runnable work) {
    var _ = Thread.ofPlatform().daemon().start(work);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    Files.deleteIfExists(folder.resolve("s"));
    Files.delete(folder);
  }
}
