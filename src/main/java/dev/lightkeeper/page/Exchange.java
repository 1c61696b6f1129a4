package dev.lightkeeper.page;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: one request, one answer, then it is closed. Nothing it does takes longer than
 * {@link #LONGEST}, whatever the client does.
 */
final class Exchange {
  /** For all of it. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final int DRAINED = 64 << 10;

  private final SocketChannel channel;
  private final Routes routes;
  private final Hosts hosts;

  Exchange(SocketChannel channel, Routes routes, Hosts hosts) {
    this.channel = channel;
    this.routes = routes;
    this.hosts = hosts;
  }

  /** Answers, and closes the connection. */
  void run() {
    Thread limit = Thread.ofVirtual().name("page-limit").start(this::closeInTime);
    try (channel) {
      answer();
    } catch (IOException e) {
      LOG.debug("a client of the status page left: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      limit.interrupt();
    }
  }

  private void closeInTime() {
    try {
      Thread.sleep(LONGEST);
      channel.close();
    } catch (InterruptedException e) {
      // It ended in time.
    } catch (IOException e) {
      LOG.debug("closing a slow client", e);
    }
  }

  private void answer() throws IOException, InterruptedException {
    Response response;
    boolean withBody = true;
    try {
      Request request = Request.read(channel);
      if (request == null) {
        return;
      }
      withBody = !request.method().equals("HEAD");
      response = answer(request);
    } catch (Request.Malformed e) {
      response = Response.text(e.status(), String.valueOf(e.getMessage()));
    }
    ByteBuffer bytes = response.bytes(withBody);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.shutdownOutput();
    drain();
  }

  private Response answer(Request request) throws IOException, InterruptedException {
    @Nullable SocketAddress local = channel.getLocalAddress();
    if (local == null || !hosts.allow(request.host(), local)) {
      return Response.text(
          421,
          "This host name is not known here. Ask for localhost, or add the name to hosts in"
              + " [status] of the configuration.");
    }
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return Response.text(405, "Here one can only look: GET and HEAD.");
    }
    try {
      return routes.answer(request.path());
    } catch (RuntimeException e) {
      LOG.error("internal error in the status page", e);
      return Response.text(500, "internal error: see the daemon's journal");
    }
  }

  /** What is left unread when a connection is closed would take the answer with it (RFC 9112). */
  private void drain() throws IOException {
    ByteBuffer rest = ByteBuffer.allocate(1 << 10);
    int read = 0;
    int n;
    while (read < DRAINED && (n = channel.read(rest.clear())) >= 0) {
      read += n;
    }
  }
}
