package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;

/**
 * Gathers what comes in pieces before it is hashed. For a key from a passphrase Bouncy Castle
 * hashes 65 MB, salt by salt and passphrase by passphrase: the calls took longer than the hash.
 */
final class GatheringDigest implements PGPDigestCalculator {
  private final PGPDigestCalculator digest;
  private final Gathering gathering;

  private GatheringDigest(PGPDigestCalculator digest) {
    this.digest = digest;
    this.gathering = new Gathering(digest.getOutputStream());
  }

  /** The digests of {@code digests}, gathering. */
  static PGPDigestCalculatorProvider of(PGPDigestCalculatorProvider digests) {
    return algorithm -> of(algorithm, digests);
  }

  /**
   * @param algorithm of {@link org.bouncycastle.bcpg.HashAlgorithmTags}
   * @throws PGPException if there is no such digest
   */
  static PGPDigestCalculator of(int algorithm, PGPDigestCalculatorProvider digests)
      throws PGPException {
    return new GatheringDigest(digests.get(algorithm));
  }

  @Override
  public int getAlgorithm() {
    return digest.getAlgorithm();
  }

  @Override
  public OutputStream getOutputStream() {
    return gathering;
  }

  @Override
  public byte[] getDigest() {
    try {
      gathering.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a digest takes everything", e);
    }
    return digest.getDigest();
  }

  @Override
  public void reset() {
    gathering.length = 0;
    digest.reset();
  }

  /** Unlike {@link java.io.BufferedOutputStream} without a lock, for one thread. */
  private static final class Gathering extends OutputStream {
    private final OutputStream out;
    private final byte[] part = new byte[1 << 14];
    private int length;

    Gathering(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      if (count > part.length - length) {
        flush();
      }
      if (count > part.length) {
        out.write(bytes, offset, count);
      } else {
        System.arraycopy(bytes, offset, part, length, count);
        length += count;
      }
    }

    @Override
    public void flush() throws IOException {
      out.write(part, 0, length);
      length = 0;
    }
  }
}
