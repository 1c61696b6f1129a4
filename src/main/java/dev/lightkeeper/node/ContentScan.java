package dev.lightkeeper.node;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a file's bytes, in order, for channel state under whatever name: SQLite databases
 * with the tables of a node, and bbolt databases; also where such a file lies within another one,
 * uncompressed (a tar, the file of a backup plugin) or in gzip.
 *
 * <p>Formats: SQLite's file header, "Database File Format" 1.3, and the magics of its journal and
 * write-ahead log; bbolt's meta page (page.go, db.go): flag 4 at 8, magic 0xED0CDAED at 16.
 */
public final class ContentScan {
  private static final byte[] SQLITE = ascii("SQLite format 3\0");
  private static final int[] WAL = {0x377f0682, 0x377f0683};
  private static final long JOURNAL = 0xd9d505f920a163d7L;
  private static final int BBOLT_MAGIC = 0xed0cdaed;
  private static final int META = 20;
  private static final int UNIT = 512; // pages and tar entries both begin on such a boundary
  private static final int KEPT = 32; // one less than the longest text, at least
  private static final int NESTED = 3;
  private static final long MOST = 64L << 30;

  private static final class Mark {
    final byte[] text;
    final String says;
    final boolean harmless;

    Mark(byte[] text, String says, boolean harmless) {
      this.text = text;
      this.says = says;
      this.harmless = harmless;
    }

    static Mark of(String text, String says) {
      return new Mark(ascii(text), says, false);
    }

    static Mark harmless(String text) {
      return new Mark(ascii(text), text, true);
    }
  }

  private static final String OTHERS = "a table of Eclair's or phoenixd's channel database";

  // Tables; SQLite keeps the text of CREATE TABLE as it is.
  private static final List<Mark> TABLES =
      List.of(
          Mark.of("shachain", "a table of Core Lightning's channel database"),
          Mark.of("channel_htlcs", "a table of Core Lightning's channel database"),
          Mark.of("channeldb_kv", "a table of LND's channel database"),
          Mark.of("decayedlogdb_kv", "a table of LND's channel database"),
          Mark.of("towerclientdb_kv", "a table of LND's channel database"),
          Mark.of("amp_sub_invoice", "a table of LND's channel database"),
          Mark.of("local_channels", OTHERS),
          Mark.of("htlc_infos", OTHERS));

  // Top-level buckets of LND's databases, which are made when the file is.
  private static final List<Mark> BUCKETS =
      List.of(
          Mark.of("open-chan-bucket", "a bucket of LND's channel database"),
          Mark.of("closed-chan-bucket", "a bucket of LND's channel database"),
          Mark.of("historical-chan-bucket", "a bucket of LND's channel database"),
          Mark.of("fwd-packages", "a bucket of LND's channel database"),
          Mark.of("shared-hash", "a bucket of LND's replay database"),
          Mark.of("client-session", "a bucket of LND's watchtower client"),
          Mark.harmless("waddrmgr"),
          Mark.harmless("macrootkeys"),
          Mark.harmless("uncharge-swaps"));

  private static final int[] SQLITE_SHIFTS = shifts(SQLITE);
  private static final boolean[] TABLE_STARTS = starts(TABLES);
  private static final boolean[] BUCKET_STARTS = starts(BUCKETS);

  /** The last bytes seen, then the first of the part that follows them. */
  private final byte[] edge = new byte[2 * KEPT];

  private final byte[] head = new byte[UNIT];
  private int kept; // the last bytes seen, in edge
  private long at; // how many were seen
  private int headLength;
  private boolean sqlite;
  private boolean bbolt;
  private boolean harmlessBucket;
  private @Nullable String state;

  /** The next bytes of the file. */
  public void update(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int more = Math.min(length, head.length - headLength);
    System.arraycopy(bytes, offset, head, headLength, more);
    headLength += more;
    int first = Math.min(length, KEPT);
    System.arraycopy(bytes, offset, edge, kept, first);
    if (kept > 0) {
      look(edge, 0, kept + first, at - kept);
    }
    look(bytes, offset, offset + length, at);
    if (length >= KEPT) {
      System.arraycopy(bytes, offset + length - KEPT, edge, 0, KEPT);
      kept = KEPT;
    } else {
      int end = kept + length;
      kept = Math.min(KEPT, end);
      System.arraycopy(edge, end - kept, edge, 0, kept);
    }
    at += length;
  }

  /** Looks where the bytes are: this runs over all data. {@code start} is where they begin. */
  private void look(byte[] bytes, int from, int to, long start) {
    if (state != null) {
      return;
    }
    sqlite = sqlite || journalOrLog() || sqliteHeader(bytes, from, to);
    bbolt = bbolt || metaPage(bytes, from, to, start);
    if (sqlite) {
      marks(TABLES, TABLE_STARTS, bytes, from, to);
    }
    if (bbolt) {
      marks(BUCKETS, BUCKET_STARTS, bytes, from, to);
    }
  }

  private boolean journalOrLog() {
    if (headLength < Long.BYTES) {
      return false;
    }
    int first = bigEndian(head, 0);
    return first == WAL[0]
        || first == WAL[1]
        || ((long) first << 32 | (bigEndian(head, 4) & 0xffffffffL)) == JOURNAL;
  }

  /** As Boyer, Moore and Horspool search: of most bytes only every sixteenth is looked at. */
  private static boolean sqliteHeader(byte[] bytes, int from, int to) {
    int last = SQLITE.length - 1;
    for (int i = from + last; i < to; i += SQLITE_SHIFTS[bytes[i] & 0xff]) {
      if (bytes[i] == SQLITE[last]
          && bytes[i - 1] == SQLITE[last - 1]
          && is(SQLITE, bytes, i - last, to)) {
        return true;
      }
    }
    return false;
  }

  private static boolean metaPage(byte[] bytes, int from, int to, long start) {
    int first = from + (int) (-start & (UNIT - 1));
    for (int i = first; i + META <= to; i += UNIT) {
      if (bytes[i + 8] == 4
          && bytes[i + 9] == 0
          && Integer.reverseBytes(bigEndian(bytes, i + 16)) == BBOLT_MAGIC) {
        return true;
      }
    }
    return false;
  }

  private void marks(List<Mark> marks, boolean[] starts, byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (starts[bytes[i] & 0xff]) {
        for (Mark mark : marks) {
          if (is(mark.text, bytes, i, to)) {
            if (mark.harmless) {
              harmlessBucket = true;
            } else {
              state =
                  "it holds " + new String(mark.text, StandardCharsets.US_ASCII) + ", " + mark.says;
              return;
            }
          }
        }
      }
    }
  }

  private static boolean is(byte[] text, byte[] bytes, int i, int to) {
    return i + text.length <= to && Arrays.equals(bytes, i, i + text.length, text, 0, text.length);
  }

  private static int bigEndian(byte[] bytes, int i) {
    return (bytes[i] & 0xff) << 24
        | (bytes[i + 1] & 0xff) << 16
        | (bytes[i + 2] & 0xff) << 8
        | (bytes[i + 3] & 0xff);
  }

  /** Why the bytes so far are channel state; empty if they are not. Ask at the end of the file. */
  public Optional<String> channelState() {
    if (state != null) {
      return Optional.of(state);
    }
    return bbolt && !harmlessBucket
        ? Optional.of("a bbolt database that is neither a wallet nor macaroons")
        : Optional.empty();
  }

  /** Whether there was a database in it so far. */
  public boolean database() {
    return sqlite || bbolt;
  }

  /** Whether it is channel state of an implementation that is only known by sight. */
  public boolean ofOtherNode() {
    return state != null && state.endsWith(OTHERS);
  }

  /** Whether it begins as gzip does, so that {@link #gunzipped} has to look again. */
  public boolean gzip() {
    return headLength > 2 && head[0] == 0x1f && head[1] == (byte) 0x8b && head[2] == 8;
  }

  /** Whether it begins as something compressed that nobody here can look into. */
  public boolean opaque() {
    return starts(0x28, 0xb5, 0x2f, 0xfd) // zstd
        || starts(0xfd, '7', 'z', 'X', 'Z', 0)
        || starts('B', 'Z', 'h')
        || starts('P', 'K', 3, 4)
        || starts('7', 'z', 0xbc, 0xaf)
        || starts(0x04, 0x22, 0x4d, 0x18); // lz4
  }

  private boolean starts(int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= headLength || head[i] != (byte) bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a gzip file holds, gzip within gzip too.
   *
   * @throws Unseen if not all of it could be looked at
   * @throws IOException if {@code file} cannot be read
   */
  public static ContentScan gunzipped(InputStream file) throws IOException {
    InputStream in = file;
    ContentScan scan = new ContentScan();
    for (int depth = 0; depth < NESTED; depth++) {
      try {
        in = new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16);
        in.mark(4);
        byte[] first = in.readNBytes(3);
        in.reset();
        if (first.length == 3 && first[0] == 0x1f && first[1] == (byte) 0x8b && first[2] == 8) {
          continue;
        }
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (int read; (read = in.read(buffer)) > 0; ) {
          scan.update(buffer, 0, read);
          total += read;
          if (scan.state != null) {
            return scan;
          }
          if (total > MOST) {
            throw new Unseen("it is too large to be looked through", null);
          }
        }
        return scan;
      } catch (ZipException | EOFException e) {
        if (scan.channelState().isPresent()) {
          return scan;
        }
        throw new Unseen("its gzip is damaged: " + e.getMessage(), e);
      }
    }
    throw new Unseen("it is compressed over and over", null);
  }

  /** Nobody can say what is in it. */
  public static final class Unseen extends IOException {
    Unseen(String message, @Nullable Exception cause) {
      super(message, cause);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean[] starts(List<Mark> marks) {
    boolean[] starts = new boolean[256];
    marks.forEach(m -> starts[m.text[0]] = true);
    return starts;
  }

  /** How far a text's end may move when it is at a byte that does not fit there. */
  private static int[] shifts(byte[] text) {
    int[] shifts = new int[256];
    Arrays.fill(shifts, text.length);
    for (int i = 0; i < text.length - 1; i++) {
      shifts[text[i] & 0xff] = text.length - 1 - i;
    }
    return shifts;
  }
}
