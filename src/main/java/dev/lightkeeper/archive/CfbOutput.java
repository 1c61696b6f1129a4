package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/**
 * Encrypts AES in the cipher feedback mode of OpenPGP (RFC 4880, 5.13: an initial vector of zeros,
 * no resynchronisation). What is added to each block is the cipher of the block before it as it was
 * encrypted; the same blocks come out of cipher block chaining over the plain ones that begins with
 * the first of them. That the JDK does in one call, and faster than its own mode for this.
 */
final class CfbOutput extends OutputStream {
  private static final int BLOCK = 16;
  private static final int PART = 1 << 16;

  private final OutputStream out;
  private final Cipher chaining;
  private final byte[] plain = new byte[PART];

  /** What is added to the part: known for one block more than there is of the part. */
  private final byte[] stream = new byte[BLOCK + PART];

  private int length;
  private boolean closed;

  CfbOutput(OutputStream out, SecretKey key) throws GeneralSecurityException {
    this.out = out;
    Cipher single = Cipher.getInstance("AES/ECB/NoPadding");
    single.init(Cipher.ENCRYPT_MODE, key);
    byte[] first = single.doFinal(new byte[BLOCK]);
    System.arraycopy(first, 0, stream, 0, BLOCK);
    this.chaining = Cipher.getInstance("AES/CBC/NoPadding");
    chaining.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(first));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    for (int at = offset; at < offset + count; ) {
      int some = Math.min(PART - length, offset + count - at);
      System.arraycopy(bytes, at, plain, length, some);
      length += some;
      at += some;
      if (length == PART) {
        writePart();
      }
    }
  }

  private void writePart() throws IOException {
    int whole = length / BLOCK * BLOCK;
    try {
      int done = chaining.update(plain, 0, whole, stream, BLOCK);
      if (done != whole) {
        throw new IOException("the cipher gave " + done + " bytes of " + whole);
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("it cannot be encrypted", e);
    }
    for (int i = 0; i < length; i++) {
      plain[i] ^= stream[i];
    }
    out.write(plain, 0, length);
    System.arraycopy(stream, whole, stream, 0, BLOCK);
    length = 0;
  }

  /** Writes nothing: a block that is not whole cannot be followed by another. */
  @Override
  public void flush() {}

  /** Writes what is left, and closes what it wrote to. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      writePart();
      out.flush();
    }
  }
}
