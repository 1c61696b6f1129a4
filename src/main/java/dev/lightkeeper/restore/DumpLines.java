package dev.lightkeeper.restore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A dump line by line, as bytes. */
final class DumpLines {
  private static final int MOST = 1 << 30;
  private static final String END = "\n\\.\n";

  private final InputStream in;
  private byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;

  DumpLines(InputStream in) {
    this.in = in;
  }

  /**
   * The next line, without its end; null at the end.
   *
   * @throws IOException if a line has more than a gigabyte
   */
  byte @Nullable [] next() throws IOException {
    int at = from;
    while (true) {
      for (; at < to; at++) {
        if (buffer[at] == '\n') {
          byte[] line = Arrays.copyOfRange(buffer, from, at);
          from = at + 1;
          return line;
        }
      }
      int kept = to - from;
      if (from > 0) {
        System.arraycopy(buffer, from, buffer, 0, kept);
      } else if (kept == buffer.length) {
        if (kept >= MOST) {
          throw new IOException("a line has more than " + (MOST >> 20) + " MiB");
        }
        buffer = Arrays.copyOf(buffer, 2 * kept);
      }
      from = 0;
      to = kept;
      at = kept;
      int count = in.read(buffer, to, buffer.length - to);
      if (count < 0) {
        byte[] rest = Arrays.copyOf(buffer, to);
        to = 0;
        return rest.length == 0 ? null : rest;
      }
      to += count;
    }
  }

  /** Passes over table data, up to and with the line {@code \.} that ends it, or to the end. */
  void skipData() throws IOException {
    if (startsWithEnd()) {
      from += END.length() - 1;
      return;
    }
    while (true) {
      // The JDK looks for text with the widest instructions: this runs over all rows.
      int end = new String(buffer, from, to - from, StandardCharsets.ISO_8859_1).indexOf(END);
      if (end >= 0) {
        from += end + END.length();
        return;
      }
      int kept = Math.min(END.length() - 1, to - from);
      System.arraycopy(buffer, to - kept, buffer, 0, kept);
      int count = in.read(buffer, kept, buffer.length - kept);
      from = 0;
      to = kept + Math.max(count, 0);
      if (count < 0) {
        from = to;
        return;
      }
    }
  }

  /** Whether there is no row at all: then the end follows no line of data. */
  private boolean startsWithEnd() throws IOException {
    String first = END.substring(1);
    while (to - from < first.length()) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
      int count = in.read(buffer, to, buffer.length - to);
      if (count < 0) {
        return false;
      }
      to += count;
    }
    return new String(buffer, from, first.length(), StandardCharsets.ISO_8859_1).equals(first);
  }

  /** Reads on from the last line's end, as it comes. */
  int rest(byte[] into, int offset, int length) throws IOException {
    if (from == to) {
      return in.read(into, offset, length);
    }
    int count = Math.min(length, to - from);
    System.arraycopy(buffer, from, into, offset, count);
    from += count;
    return count;
  }

  /** Whether table data follows this statement, up to a line {@code \.} (psql, "COPY"). */
  static boolean beginsData(String statement) {
    return statement.regionMatches(true, 0, "copy ", 0, 5)
        && statement.toLowerCase(Locale.ROOT).endsWith(" from stdin;");
  }
}
