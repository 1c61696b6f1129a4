package dev.lightkeeper.archive;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a tar entry but its content, and its form on disk: a ustar header (POSIX.1-2001,
 * pax), before it GNU's {@code L} and {@code K} entries where a name is longer than 100 bytes, and
 * a pax {@code mtime} where the time has a fraction. Numbers too large for octal are in GNU's
 * base-256.
 *
 * <p>commons-compress is not used to write: it takes names as text, and in pax headers makes UTF-8
 * of them, while a name on Linux is any bytes. All of GNU tar, bsdtar and Python read this form.
 *
 * @param mode permission bits, with or without the file type's
 * @param modified seconds since 1970, UTC
 * @param link the target of a link, or null
 * @param deviceNumber {@code st_rdev} of a device
 */
record TarHeader(
    EntryName name,
    EntryType type,
    long size,
    int mode,
    long uid,
    long gid,
    long modified,
    int modifiedNanos,
    @Nullable EntryName link,
    long deviceNumber) {
  static final int BLOCK = 512;

  /** No header is longer, names being at most PATH_MAX. */
  static final int MAXIMUM = 32 * BLOCK;

  private static final int NAME = 100;
  private static final int MODE_BITS = 07777;

  static TarHeader of(
      EntryName name, EntryType type, Stat stat, long size, @Nullable EntryName link) {
    return new TarHeader(
        name,
        type,
        size,
        stat.mode(),
        Integer.toUnsignedLong(stat.uid()),
        Integer.toUnsignedLong(stat.gid()),
        stat.modified(),
        stat.modifiedNanos(),
        link,
        stat.deviceNumber());
  }

  /** A private file of root's. */
  static TarHeader ofFile(EntryName name, long size, long modified) {
    return new TarHeader(name, EntryType.FILE, size, 0600, 0, 0, modified, 0, null, 0);
  }

  /** How many zeros follow {@code size} bytes of content. */
  static int padding(long size) {
    return (int) (-size & (BLOCK - 1));
  }

  void putTo(ByteBuffer out) {
    byte[] path = name.shared();
    if (type == EntryType.DIRECTORY) {
      path = Arrays.copyOf(path, path.length + 1);
      path[path.length - 1] = '/';
    }
    if (modifiedNanos != 0) {
      putLong(out, 'x', "././@PaxHeader", paxTime());
    }
    byte[] target = link == null ? new byte[0] : link.shared();
    if (target.length > NAME) {
      putLong(out, 'K', "././@LongLink", Arrays.copyOf(target, target.length + 1));
    }
    if (path.length > NAME) {
      putLong(out, 'L', "././@LongLink", Arrays.copyOf(path, path.length + 1));
    }
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    put(block, 0, path, NAME);
    putNumber(block, 100, 8, mode & MODE_BITS);
    putNumber(block, 108, 8, uid);
    putNumber(block, 116, 8, gid);
    putNumber(block, 124, 12, type == EntryType.FILE ? size : 0);
    putNumber(block, 136, 12, modified);
    block.put(156, type.flag());
    put(block, 157, target, NAME);
    if (type.isDevice()) {
      putNumber(block, 329, 8, major(deviceNumber));
      putNumber(block, 337, 8, minor(deviceNumber));
    }
    finish(block, out);
  }

  private static void putLong(ByteBuffer out, char flag, String name, byte[] body) {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    put(block, 0, name.getBytes(StandardCharsets.US_ASCII), NAME);
    putNumber(block, 100, 8, 0644);
    putNumber(block, 108, 8, 0);
    putNumber(block, 116, 8, 0);
    putNumber(block, 124, 12, body.length);
    putNumber(block, 136, 12, 0);
    block.put(156, (byte) flag);
    finish(block, out);
    out.put(body).put(new byte[padding(body.length)]);
  }

  private byte[] paxTime() {
    BigDecimal time = BigDecimal.valueOf(modified).add(BigDecimal.valueOf(modifiedNanos, 9));
    String record = " mtime=" + time.stripTrailingZeros().toPlainString() + "\n";
    // The length counts its own digits.
    int length = record.length() + 1;
    length = record.length() + Integer.toString(length).length();
    length = record.length() + Integer.toString(length).length();
    return (length + record).getBytes(StandardCharsets.US_ASCII);
  }

  private static void put(ByteBuffer block, int at, byte[] value, int width) {
    block.put(at, value, 0, Math.min(value.length, width));
  }

  private static void putNumber(ByteBuffer block, int at, int width, long value) {
    int digits = width - 1;
    if (value >= 0 && value < 1L << (3 * digits)) {
      String octal = Long.toOctalString(value);
      put(
          block,
          at,
          ("0".repeat(digits - octal.length()) + octal).getBytes(StandardCharsets.US_ASCII),
          digits);
      return;
    }
    for (int i = 0; i < width; i++) {
      int shift = 8 * (width - 1 - i);
      block.put(at + i, (byte) (value >> Math.min(shift, 63)));
    }
    block.put(at, (byte) (value < 0 ? 0xff : 0x80));
  }

  private static void finish(ByteBuffer block, ByteBuffer out) {
    put(block, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII), 8);
    put(block, 148, "        ".getBytes(StandardCharsets.US_ASCII), 8);
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += block.get(i) & 0xff;
    }
    String octal = Integer.toOctalString(sum);
    put(
        block,
        148,
        ("0".repeat(6 - octal.length()) + octal + "\0 ").getBytes(StandardCharsets.US_ASCII),
        8);
    out.put(block.rewind());
  }

  /** makedev(3) of glibc. */
  private static long major(long number) {
    return (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
  }

  private static long minor(long number) {
    return (number & 0xff) | (number >>> 12 & ~0xffL & 0xffffffffL);
  }
}
