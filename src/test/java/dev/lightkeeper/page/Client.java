package dev.lightkeeper.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Says what it likes to a server, and hears all of the answer. */
final class Client {
  private final SocketAddress server;

  Client(SocketAddress server) {
    this.server = server;
  }

  record Answer(int status, String head, String body) {
    String header(String name) {
      return head.lines()
          .filter(l -> l.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(l -> l.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  Answer get(String path) throws IOException {
    return says("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  Answer getAs(String host) throws IOException {
    return says("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }

  Answer says(String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(server)) {
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      ByteBuffer part = ByteBuffer.allocate(1 << 16);
      while (channel.read(part.clear()) >= 0) {
        all.write(part.array(), 0, part.position());
      }
      String said = all.toString(StandardCharsets.UTF_8);
      int end = said.indexOf("\r\n\r\n");
      return new Answer(
          Integer.parseInt(said.substring(9, 12)), said.substring(0, end), said.substring(end + 4));
    }
  }
}
