package dev.lightkeeper.restore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A dump of {@code pg_dumpall -c}, made fit for a new cluster in which every error is fatal: the
 * role postgres is neither dropped nor made, and what is dropped need not exist. Only statements
 * before the first {@code \connect} are changed, where pg_dumpall writes roles, tablespaces and
 * databases; from there on, tables, functions and rows pass byte for byte.
 */
final class ClusterStatements extends InputStream {
  private static final Pattern POSTGRES_ROLE =
      Pattern.compile("(DROP ROLE (IF EXISTS )?|CREATE ROLE )\"?postgres\"?;");
  private static final Pattern DROP =
      Pattern.compile("DROP (DATABASE|ROLE|TABLESPACE) (?!IF EXISTS )(.*;)");

  private final InputStream in;
  private final DumpLines lines;
  private byte[] pending = new byte[0];
  private int at;
  private boolean cluster = true;
  private boolean quoted;

  ClusterStatements(InputStream in) {
    this.in = in;
    this.lines = new DumpLines(in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    while (at == pending.length) {
      if (!cluster) {
        return lines.rest(into, offset, length);
      }
      byte[] line = lines.next();
      if (line == null) {
        return -1;
      }
      pending = normalised(line);
      at = 0;
    }
    int count = Math.min(length, pending.length - at);
    System.arraycopy(pending, at, into, offset, count);
    at += count;
    return count;
  }

  private byte[] normalised(byte[] line) {
    // One byte a character, so that it comes back as it is.
    String text = new String(line, StandardCharsets.ISO_8859_1);
    boolean inText = quoted;
    quoted ^= text.chars().filter(c -> c == '\'').count() % 2 == 1;
    if (!inText) {
      if (text.startsWith("\\connect") || DumpLines.beginsData(text)) {
        cluster = false;
      } else {
        text = statement(text).orElse("");
      }
    }
    return (text + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Empty if it is to be left out. */
  private static Optional<String> statement(String text) {
    if (POSTGRES_ROLE.matcher(text).matches()) {
      return Optional.empty();
    }
    Matcher drop = DROP.matcher(text);
    return Optional.of(
        drop.matches() ? "DROP " + drop.group(1) + " IF EXISTS " + drop.group(2) : text);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
