package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decrypts AES in the cipher feedback mode of OpenPGP (RFC 4880, 5.13: an initial vector of zeros,
 * no resynchronisation). Each block is the cipher of the block before it, added to what was
 * encrypted: all of them are known at once, and the JDK does many blocks in one call an order of
 * magnitude faster than one by one, as its own mode for this does.
 */
final class CfbInput extends InputStream {
  private static final int BLOCK = 16;
  private static final int PART = 1 << 16;

  private final InputStream in;
  private final Cipher cipher;

  /** The block before, then what is decrypted now. */
  private final byte[] encrypted = new byte[BLOCK + PART];

  private final byte[] stream = new byte[PART];
  private int at;
  private int end;
  private boolean ended;

  CfbInput(InputStream in, byte[] key) throws GeneralSecurityException {
    this.in = in;
    this.cipher = Cipher.getInstance("AES/ECB/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
  }

  @Override
  public int read() throws IOException {
    return available() == 0 && !fill() ? -1 : stream[at++] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (available() == 0 && !fill()) {
      return -1;
    }
    int count = Math.min(length, available());
    System.arraycopy(stream, at, into, offset, count);
    at += count;
    return count;
  }

  /** What is decrypted already. */
  @Override
  public int available() {
    return end - at;
  }

  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    System.arraycopy(encrypted, end, encrypted, 0, BLOCK);
    int count = in.readNBytes(encrypted, BLOCK, PART);
    ended = count < PART;
    int whole = (count + BLOCK - 1) / BLOCK * BLOCK;
    try {
      int done = cipher.update(encrypted, 0, whole, stream, 0);
      if (done != whole) {
        throw new IOException("the cipher gave " + done + " bytes of " + whole);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("it cannot be decrypted", e);
    }
    for (int i = 0; i < count; i++) {
      stream[i] ^= encrypted[BLOCK + i];
    }
    at = 0;
    end = count;
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
