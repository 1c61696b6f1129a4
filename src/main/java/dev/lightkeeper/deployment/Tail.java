package dev.lightkeeper.deployment;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keeps the last bytes that were written to it. For one writer; readable by any thread. */
final class Tail extends OutputStream {
  private final byte[] ring;
  private long total;

  /**
   * @param size how many bytes are kept
   */
  Tail(int size) {
    this.ring = new byte[size];
  }

  @Override
  public synchronized void write(int b) {
    ring[(int) (total % ring.length)] = (byte) b;
    total++;
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    int skip = Math.max(0, length - ring.length);
    total += skip;
    for (int i = skip; i < length; i++) {
      ring[(int) (total % ring.length)] = bytes[offset + i];
      total++;
    }
  }

  /** How many bytes were written in all. */
  synchronized long total() {
    return total;
  }

  /** What is kept, as UTF-8. */
  synchronized String text() {
    int kept = (int) Math.min(total, ring.length);
    byte[] bytes = new byte[kept];
    for (int i = 0; i < kept; i++) {
      bytes[i] = ring[(int) ((total - kept + i) % ring.length)];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The last few lines of it in one, for a message to a person. */
  String lastWords() {
    String[] lines = text().strip().split("\\R+", -1);
    int from = Math.max(0, lines.length - 5);
    return String.join("; ", Arrays.asList(lines).subList(from, lines.length)).strip();
  }
}
