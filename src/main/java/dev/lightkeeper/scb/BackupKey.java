package dev.lightkeeper.scb;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key that a node's channel backups are encrypted with: 32 bytes, a secret. It opens channel
 * backups and nothing else.
 *
 * <p>LND: SHA-256 of the compressed public key of family 7, index 0 (lnencrypt, KeyRingEncrypter).
 * Core Lightning: what {@code makesecret string="scb secret"} answers (plugins/chanbackup.c).
 */
public final class BackupKey {
  /** Its length in bytes. */
  public static final int LENGTH = 32;

  private static final int PUBLIC_KEY_LENGTH = 33;
  private static final int MOST = 4096;
  private static final String IDENTITY = "lightkeeper: whose channel backup";
  private static final int IDENTITY_LENGTH = 8;
  private static final Pattern ANSWER = Pattern.compile("\"secret\"\\s*:\\s*\"([0-9a-fA-F]{64})\"");

  private final byte[] bytes;

  private BackupKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A key of these bytes.
   *
   * @throws IllegalArgumentException if there are not 32
   */
  public static BackupKey of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a backup key has 32 bytes, not " + bytes.length);
    }
    return new BackupKey(bytes.clone());
  }

  /**
   * The key of an LND node that has this public key at family 7, index 0.
   *
   * @throws IllegalArgumentException if that is no compressed public key
   */
  public static BackupKey ofPublicKey(byte[] compressed) {
    if (compressed.length != PUBLIC_KEY_LENGTH || (compressed[0] != 2 && compressed[0] != 3)) {
      throw new IllegalArgumentException("not a compressed public key");
    }
    try {
      return new BackupKey(MessageDigest.getInstance("SHA-256").digest(compressed));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /**
   * The key that a file or an answer holds: 32 raw bytes, 64 hexadecimal digits, LND's public key
   * as 66 hexadecimal digits, or the whole answer of {@code makesecret}. Empty if it is none of
   * them.
   */
  public static Optional<BackupKey> parse(byte[] content) {
    if (content.length == LENGTH) {
      return Optional.of(of(content));
    }
    if (content.length > MOST) {
      return Optional.empty();
    }
    String text = new String(content, StandardCharsets.UTF_8).strip();
    Matcher answer = ANSWER.matcher(text);
    String digits = (answer.find() ? answer.group(1) : text).toLowerCase(Locale.ROOT);
    if (digits.matches("[0-9a-f]{64}")) {
      return Optional.of(new BackupKey(HexFormat.of().parseHex(digits)));
    }
    return digits.matches("0[23][0-9a-f]{64}")
        ? Optional.of(ofPublicKey(HexFormat.of().parseHex(digits)))
        : Optional.empty();
  }

  /** As it is kept in a file: 64 hexadecimal digits and a line's end. */
  public byte[] forFile() {
    return (HexFormat.of().formatHex(bytes) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** A short name of the node that has this key, which gives nothing of it away. */
  public String identity() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(IDENTITY.getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(bytes), 0, IDENTITY_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** A fresh copy of the bytes. */
  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BackupKey that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Never the key itself. */
  @Override
  public String toString() {
    return "a backup key";
  }
}
