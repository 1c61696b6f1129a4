package dev.lightkeeper.archive;

import dev.lightkeeper.archive.ArchiveException.Kind;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.security.Provider;
import java.security.Security;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.CompressionAlgorithmTags;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPEncryptedData;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPPBEEncryptedData;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.jcajce.JcaPGPObjectFactory;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The content of an OpenPGP message that a passphrase opens: ours, and those of {@code gpg
 * --symmetric}. Whether it was changed shows only at its end: {@link #finish}.
 */
final class OpenPgpDecryption implements AutoCloseable {
  private static final int PART = 1 << 16;

  /** Ends where the message ends; null if it is armored: text may follow that. */
  private final @Nullable InputStream file;

  private final PGPPBEEncryptedData encrypted;
  private final InputStream packets;
  private final Message message;

  private OpenPgpDecryption(
      @Nullable InputStream file,
      PGPPBEEncryptedData encrypted,
      InputStream packets,
      Message message) {
    this.file = file;
    this.encrypted = encrypted;
    this.packets = packets;
    this.message = message;
  }

  /**
   * What the packets hold.
   *
   * @param compressed what {@code content} is inflated from, decrypted meanwhile; null if it is not
   */
  private record Message(InputStream content, @Nullable ReadAhead compressed) {}

  /**
   * @throws ArchiveException WRONG_PASSPHRASE, UNPROTECTED, or CORRUPT if it is no such message
   */
  static OpenPgpDecryption open(InputStream file, Passphrase passphrase)
      throws IOException, ArchiveException {
    InputStream binary = PGPUtil.getDecoderStream(file);
    PGPPBEEncryptedData encrypted = encryptedWithPassphrase(new JcaPGPObjectFactory(binary));
    if (!encrypted.isIntegrityProtected() && !encrypted.isAEAD()) {
      throw new ArchiveException(
          Kind.UNPROTECTED,
          "The archive is encrypted without integrity protection: changes would not show",
          "Encrypt it again with a present-day gpg, after looking at what is in it",
          null);
    }
    // The JDK is several times faster, and has no OCB.
    Provider provider =
        encrypted.isAEAD() ? new BouncyCastleProvider() : Security.getProvider("SunJCE");
    InputStream packets;
    try {
      packets =
          encrypted.getDataStream(
              new PassphraseDecryption(
                  passphrase.chars(),
                  new JcaPGPDigestCalculatorProviderBuilder().setProvider("SUN").build(),
                  provider));
    } catch (PGPException e) {
      if (e.getCause() instanceof EOFException end) {
        throw end;
      }
      throw new ArchiveException(
          Kind.WRONG_PASSPHRASE,
          "The passphrase does not open the archive",
          "Give the passphrase it was encrypted with; if that is the one, its first bytes are"
              + " damaged: take another copy",
          e);
    }
    return new OpenPgpDecryption(
        binary instanceof ArmoredInputStream ? null : binary, encrypted, packets, message(packets));
  }

  InputStream content() {
    return message.content();
  }

  /**
   * Reads to the end and checks that nothing was changed.
   *
   * @throws IOException if something was
   */
  void finish() throws IOException {
    long _ = message.content().transferTo(OutputStream.nullOutputStream());
    if (message.compressed() != null) {
      // To its end: until then its thread reads the packets.
      long _ = message.compressed().transferTo(OutputStream.nullOutputStream());
    }
    long _ = packets.transferTo(OutputStream.nullOutputStream());
    try {
      if (!encrypted.isAEAD() && !encrypted.verify()) {
        throw new IOException("its content was changed: the MDC does not match");
      }
    } catch (PGPException e) {
      throw new IOException("its integrity cannot be checked", e);
    }
    if (file != null && file.read() >= 0) {
      throw new IOException("something follows the end of the message");
    }
  }

  private static PGPPBEEncryptedData encryptedWithPassphrase(JcaPGPObjectFactory objects)
      throws IOException {
    for (Object found = objects.nextObject(); found != null; found = objects.nextObject()) {
      if (found instanceof PGPEncryptedDataList list) {
        for (PGPEncryptedData data : list) {
          if (data instanceof PGPPBEEncryptedData withPassphrase) {
            return withPassphrase;
          }
        }
        throw new IOException("it is not encrypted with a passphrase");
      }
    }
    throw new IOException("it is neither gzip nor an OpenPGP message");
  }

  private static Message message(InputStream packets) throws IOException {
    Object first = new JcaPGPObjectFactory(packets).nextObject();
    if (!(first instanceof PGPCompressedData compressed)) {
      return new Message(literal(first), null);
    }
    return switch (compressed.getAlgorithm()) {
      case CompressionAlgorithmTags.ZIP -> inflated(compressed, new Inflater(true));
      case CompressionAlgorithmTags.ZLIB -> inflated(compressed, new Inflater());
      default -> {
        try {
          yield new Message(firstLiteral(compressed.getDataStream()), null);
        } catch (PGPException e) {
          throw new IOException("its compressed data cannot be read", e);
        }
      }
    };
  }

  /** As Bouncy Castle does it, in parts of 64 KiB instead of 512 bytes, and decrypting ahead. */
  private static Message inflated(PGPCompressedData compressed, Inflater inflater)
      throws IOException {
    ReadAhead ahead = new ReadAhead(compressed.getInputStream(), "archive-decrypt");
    try {
      // Inflater: without zlib's frame one more byte is to follow.
      InputStream padded = new SequenceInputStream(ahead, new ByteArrayInputStream(new byte[1]));
      return new Message(firstLiteral(new InflaterInputStream(padded, inflater, PART)), ahead);
    } catch (IOException | RuntimeException e) {
      ahead.close();
      throw e;
    }
  }

  private static InputStream firstLiteral(InputStream packets) throws IOException {
    return literal(new JcaPGPObjectFactory(packets).nextObject());
  }

  private static InputStream literal(@Nullable Object found) throws IOException {
    if (found instanceof PGPLiteralData data) {
      return data.getInputStream();
    }
    throw new IOException("there is no content in the message");
  }

  /** Ends what still reads; the file stays open. */
  @Override
  public void close() {
    if (message.compressed() != null) {
      message.compressed().close();
    }
  }
}
