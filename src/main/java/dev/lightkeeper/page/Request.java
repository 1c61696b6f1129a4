package dev.lightkeeper.page;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, as far as one that only reads needs it (RFC 9112). A body is never read.
 *
 * @param path without a query
 * @param host as the client wrote it
 */
record Request(String method, String path, String host) {
  private static final int LONGEST = 8 << 10;
  private static final byte[] END = {'\r', '\n', '\r', '\n'};

  /** What is not a request that could be answered. */
  static final class Malformed extends Exception {
    private final int status;

    Malformed(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * Reads one; null if the client left before it sent a byte.
   *
   * @throws IOException if the connection broke within it
   */
  static @Nullable Request read(ReadableByteChannel in) throws IOException, Malformed {
    byte[] bytes = new byte[LONGEST];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int end;
    do {
      if (!buffer.hasRemaining()) {
        throw new Malformed(431, "the request's head is longer than %d bytes".formatted(LONGEST));
      }
      if (in.read(buffer) < 0) {
        if (buffer.position() == 0) {
          return null;
        }
        throw new IOException("the client left within its request");
      }
      end = end(bytes, buffer.position());
    } while (end < 0);
    return parse(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
  }

  private static int end(byte[] bytes, int read) {
    for (int i = 0; i + END.length <= read; i++) {
      if (Arrays.equals(bytes, i, i + END.length, END, 0, END.length)) {
        return i;
      }
    }
    return -1;
  }

  private static Request parse(String head) throws Malformed {
    List<String> lines = List.of(head.split("\r\n", -1));
    String[] first = lines.getFirst().split(" ", -1);
    boolean known = first.length == 3 && first[2].matches("HTTP/1\\.[01]");
    if (!known || !first[1].startsWith("/")) {
      throw new Malformed(400, "that is not a request of HTTP/1.1 for a path");
    }
    List<String> hosts =
        lines.stream()
            .skip(1)
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("host:"))
            .map(line -> line.substring("host:".length()).strip())
            .toList();
    if (hosts.size() != 1) {
      throw new Malformed(400, "a request needs one Host header");
    }
    String target = first[1];
    int query = target.indexOf('?');
    return new Request(first[0], query < 0 ? target : target.substring(0, query), hosts.getFirst());
  }
}
