package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.OutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPEncryptedDataGenerator;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPLiteralDataGenerator;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEKeyEncryptionMethodGenerator;

/**
 * What {@code gpg --symmetric} writes and every gpg reads (RFC 4880): AES-256, integrity protected
 * (SEIPD version 1 with MDC), the key from the passphrase by iterated and salted SHA-256; without
 * compression, as the content is compressed.
 */
final class OpenPgpEncryption extends OutputStream {
  /** 65,011,712 bytes are hashed for one guess: the most there is (RFC 4880, 3.7.1.3). */
  private static final int ITERATIONS = 0xff;

  /** The longest part whose length is a power of two and that stays small in memory. */
  private static final int PART = 1 << 16;

  private final PGPEncryptedDataGenerator encryption;
  private final PGPLiteralDataGenerator literal = new PGPLiteralDataGenerator();
  private final OutputStream encrypted;
  private final OutputStream content;

  /** Encrypts to {@code out}, which stays open. */
  OpenPgpEncryption(OutputStream out, Passphrase passphrase) throws IOException {
    // The JDK's own AES and SHA use the processor's instructions; Bouncy Castle's do not.
    this.encryption = new PGPEncryptedDataGenerator(new PassphraseEncryption());
    try {
      PGPDigestCalculator digest =
          GatheringDigest.of(
              HashAlgorithmTags.SHA256,
              new JcaPGPDigestCalculatorProviderBuilder().setProvider("SUN").build());
      encryption.addMethod(
          new JcePBEKeyEncryptionMethodGenerator(passphrase.chars(), digest, ITERATIONS)
              .setProvider("SunJCE"));
      this.encrypted = encryption.open(out, new byte[PART]);
      this.content =
          literal.open(encrypted, PGPLiteralData.BINARY, "", PGPLiteralData.NOW, new byte[PART]);
    } catch (PGPException e) {
      throw new IOException("encryption cannot be set up: " + e.getMessage(), e);
    }
  }

  @Override
  public void write(int b) throws IOException {
    content.write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    content.write(bytes, offset, length);
  }

  @Override
  public void flush() {}

  /** Writes the end and the MDC. */
  @Override
  public void close() throws IOException {
    literal.close();
    encryption.close();
  }
}
