package dev.lightkeeper.scb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * The first message of libsodium's crypto_secretstream_xchacha20poly1305, which no Java library
 * has. A header of 24 bytes; then the message's tag, encrypted (1 byte), the message, a MAC of 16.
 * ChaCha20 is the JDK's, Poly1305 Bouncy Castle's.
 */
final class SecretStream {
  static final int HEADER = 24;

  /** What a message is longer by than its content. */
  static final int OVERHEAD = 17;

  private static final int BLOCK = 64;
  private static final int MAC = 16;

  // "expand 32-byte k", the constant that ChaCha20's state begins with.
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private SecretStream() {}

  /** The message that {@code file} holds; null if it is not authentic under {@code key}. */
  static byte @Nullable [] open(byte[] file, byte[] key) {
    if (file.length < HEADER + OVERHEAD) {
      return null;
    }
    byte[] subkey = hchacha20(key, Arrays.copyOf(file, 16));
    byte[] nonce = new byte[12];
    nonce[0] = 1; // the first message's number, little endian
    System.arraycopy(file, 16, nonce, 4, 8);

    int length = file.length - HEADER - OVERHEAD;
    byte[] tagBlock = new byte[BLOCK];
    tagBlock[0] = file[HEADER];
    tagBlock = chacha20(subkey, nonce, 1, tagBlock, 0, BLOCK);
    tagBlock[0] = file[HEADER]; // the MAC is over the encrypted tag, and 63 bytes of key stream
    Poly1305 mac = new Poly1305();
    mac.init(new KeyParameter(chacha20(subkey, nonce, 0, new byte[BLOCK], 0, BLOCK), 0, 32));
    mac.update(tagBlock, 0, BLOCK);
    mac.update(file, HEADER + 1, length);
    // Not the padding to 16 that was meant: libsodium keeps this for compatibility.
    mac.update(new byte[MAC], 0, length & 15);
    byte[] lengths =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0)
            .putLong(BLOCK + (long) length)
            .array();
    mac.update(lengths, 0, lengths.length);
    byte[] expected = new byte[MAC];
    mac.doFinal(expected, 0);
    byte[] found = Arrays.copyOfRange(file, file.length - MAC, file.length);
    return MessageDigest.isEqual(expected, found)
        ? chacha20(subkey, nonce, 2, file, HEADER + 1, length)
        : null;
  }

  /**
   * HChaCha20 (draft-irtf-cfrg-xchacha, 2.2): the first and last four words of ChaCha20's state
   * after its rounds. ChaCha20's block is that plus the state before, all of it known in these
   * words, so it is taken off again.
   */
  static byte[] hchacha20(byte[] key, byte[] nonce16) {
    ByteBuffer nonce = ByteBuffer.wrap(nonce16).order(ByteOrder.LITTLE_ENDIAN);
    byte[] block =
        chacha20(
            key, Arrays.copyOfRange(nonce16, 4, 16), nonce.getInt(0), new byte[BLOCK], 0, BLOCK);
    ByteBuffer words = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer subkey = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 4; i++) {
      subkey.putInt(words.getInt(4 * i) - SIGMA[i]);
    }
    for (int i = 0; i < 4; i++) {
      subkey.putInt(words.getInt(48 + 4 * i) - nonce.getInt(4 * i));
    }
    return subkey.array();
  }

  private static byte[] chacha20(
      byte[] key, byte[] nonce, int counter, byte[] in, int offset, int length) {
    try {
      Cipher cipher = Cipher.getInstance("ChaCha20");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(key, "ChaCha20"),
          new ChaCha20ParameterSpec(nonce, counter));
      return cipher.doFinal(in, offset, length);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has ChaCha20", e);
    }
  }
}
