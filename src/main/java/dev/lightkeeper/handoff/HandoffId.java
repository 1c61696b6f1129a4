package dev.lightkeeper.handoff;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What one offer is called: 128 random bits.
 *
 * @param hex 32 hexadecimal digits
 */
public record HandoffId(String hex) {
  /** Bytes of an id. */
  static final int SIZE = 16;

  private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{32}");

  /**
   * @throws IllegalArgumentException if {@code hex} is not 32 lower-case hexadecimal digits
   */
  public HandoffId {
    if (!SHAPE.matcher(hex).matches()) {
      throw new IllegalArgumentException("not the id of a handoff: " + hex);
    }
  }

  /** One that nobody used before. */
  public static HandoffId random() {
    byte[] bytes = new byte[SIZE];
    new SecureRandom().nextBytes(bytes);
    return new HandoffId(HexFormat.of().formatHex(bytes));
  }

  /** The first eight digits, for people. */
  public String abbreviated() {
    return hex.substring(0, 8);
  }

  @Override
  public String toString() {
    return hex;
  }
}
