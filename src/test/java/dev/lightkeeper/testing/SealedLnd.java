package dev.lightkeeper.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Channel backups as LND writes them (chanbackup, v0.21), sealed by another implementation than the
 * one that opens them: HChaCha20 and the JDK's ChaCha20-Poly1305.
 */
public final class SealedLnd {
  /** A public key at family 7, index 0. */
  public static final String PUBLIC_KEY = "02" + "ab".repeat(32);

  private static final SecureRandom RANDOM = new SecureRandom();

  private SealedLnd() {}

  /** The key that belongs to {@link #PUBLIC_KEY}. */
  public static byte[] key() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(HexFormat.of().parseHex(PUBLIC_KEY));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file that holds these channels, sealed with {@link #key}. */
  public static byte[] file(byte[]... singles) {
    return seal(key(), plain(0, singles.length, List.of(singles)));
  }

  /** A file that holds the channels of these numbers. */
  public static byte[] channels(int... numbers) {
    return file(Arrays.stream(numbers).mapToObj(n -> single(3, n)).toArray(byte[][]::new));
  }

  /** What is sealed: the version of the whole, a count, the channels. */
  public static byte[] plain(int version, int count, List<byte[]> singles) {
    return written(
        out -> {
          out.writeByte(version);
          out.writeInt(count);
          for (byte[] single : singles) {
            out.write(single);
          }
        });
  }

  /** The funding transaction of channel {@code n}, as people write it. */
  public static String txid(int n) {
    return "%064x".formatted(n + 0x1000);
  }

  /** A channel of a version, as {@code Single.Serialize} writes it; 0x80 with a transaction. */
  public static byte[] single(int version, int n) {
    byte[] addresses =
        HexFormat.of().parseHex("017f0000012607" + "0509" + "6c6f63616c686f7374" + "2608");
    return single(version, n, addresses, new byte[0]);
  }

  /** The same with these address bytes, and something after the end. */
  public static byte[] single(int version, int n, byte[] addresses, byte[] more) {
    byte[] body =
        written(
            out -> {
              out.writeBoolean(true);
              out.write(new byte[32]);
              byte[] hash = HexFormat.of().parseHex(txid(n));
              for (int i = hash.length - 1; i >= 0; i--) {
                out.writeByte(hash[i]);
              }
              out.writeShort(n % 3);
              out.writeShort(0x0001); // block 0x000102, transaction 3, output 4
              out.writeByte(0x02);
              out.write(new byte[] {0, 0, 3});
              out.writeShort(4);
              out.write(HexFormat.of().parseHex(peer(n)));
              out.writeShort(addresses.length);
              out.write(addresses);
              out.writeLong(1_000_000L + n);
              out.write(new byte[2 + 5 * 8 + 2 + 5 * 33 + 33 + 8]);
              if ((version & 0x7f) == 4) {
                out.writeInt(800_000);
              }
              if ((version & 0x80) != 0) {
                out.write(new byte[300]);
              }
              out.write(more);
            });
    return entry(version, body);
  }

  /** An entry with any body. */
  public static byte[] entry(int version, byte[] body) {
    return written(
        out -> {
          out.writeByte(version);
          out.writeShort(body.length);
          out.write(body);
        });
  }

  /** The peer of channel {@code n}. */
  public static String peer(int n) {
    return "03" + "%064x".formatted(n + 0x2000);
  }

  /** Seals any plain text as LND does. */
  public static byte[] seal(byte[] key, byte[] plain) {
    byte[] nonce = new byte[24];
    RANDOM.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
      byte[] iv = new byte[12];
      System.arraycopy(nonce, 16, iv, 4, 8);
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(hchacha20(key, nonce), "ChaCha20"),
          new IvParameterSpec(iv));
      cipher.updateAAD(nonce);
      byte[] sealed = cipher.doFinal(plain);
      return written(
          out -> {
            out.write(nonce);
            out.write(sealed);
          });
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** HChaCha20 by quarter rounds, as the draft spells them. */
  static byte[] hchacha20(byte[] key, byte[] nonce) {
    int[] s = new int[16];
    s[0] = 0x61707865;
    s[1] = 0x3320646e;
    s[2] = 0x79622d32;
    s[3] = 0x6b206574;
    for (int i = 0; i < 8; i++) {
      s[4 + i] = littleEndian(key, 4 * i);
    }
    for (int i = 0; i < 4; i++) {
      s[12 + i] = littleEndian(nonce, 4 * i);
    }
    for (int i = 0; i < 10; i++) {
      quarter(s, 0, 4, 8, 12);
      quarter(s, 1, 5, 9, 13);
      quarter(s, 2, 6, 10, 14);
      quarter(s, 3, 7, 11, 15);
      quarter(s, 0, 5, 10, 15);
      quarter(s, 1, 6, 11, 12);
      quarter(s, 2, 7, 8, 13);
      quarter(s, 3, 4, 9, 14);
    }
    byte[] out = new byte[32];
    for (int i = 0; i < 8; i++) {
      int word = s[i < 4 ? i : i + 8];
      for (int j = 0; j < 4; j++) {
        out[4 * i + j] = (byte) (word >>> (8 * j));
      }
    }
    return out;
  }

  private static void quarter(int[] s, int a, int b, int c, int d) {
    s[a] += s[b];
    s[d] = Integer.rotateLeft(s[d] ^ s[a], 16);
    s[c] += s[d];
    s[b] = Integer.rotateLeft(s[b] ^ s[c], 12);
    s[a] += s[b];
    s[d] = Integer.rotateLeft(s[d] ^ s[a], 8);
    s[c] += s[d];
    s[b] = Integer.rotateLeft(s[b] ^ s[c], 7);
  }

  private static int littleEndian(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | bytes[at + 3] << 24;
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
