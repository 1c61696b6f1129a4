package dev.lightkeeper.scb;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Files of real nodes (regtest), with their keys. */
public final class ScbFixtures {
  private ScbFixtures() {}

  /** A file of Core Lightning 26.06.6. */
  public static byte[] cln(String name) throws IOException {
    return resource("cln-26.06/" + name);
  }

  /** A key as {@code makesecret} answered it. */
  public static BackupKey clnKey(String name) throws IOException {
    return BackupKey.parse(cln(name)).orElseThrow();
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ScbFixtures.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
