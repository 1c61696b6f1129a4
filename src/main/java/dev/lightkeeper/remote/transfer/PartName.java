package dev.lightkeeper.remote.transfer;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names of unfinished files: {@code <name>.<24 hexadecimal digits>.part}. */
final class PartName {
  private static final String SUFFIX = ".part";

  private PartName() {}

  /** A name that nobody else uses. */
  static String fresh(String name) {
    byte[] random = new byte[12];
    ThreadLocalRandom.current().nextBytes(random);
    return name + "." + HexFormat.of().formatHex(random) + SUFFIX;
  }

  static boolean matches(String name) {
    return name.matches(".+\\.[0-9a-f]{24}\\.part");
  }
}
