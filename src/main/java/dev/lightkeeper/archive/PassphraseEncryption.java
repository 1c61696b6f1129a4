package dev.lightkeeper.archive;

import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.operator.PGPDataEncryptor;
import org.bouncycastle.openpgp.operator.PGPDataEncryptorBuilder;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.jcajce.JcePGPDataEncryptorBuilder;

/** Bouncy Castle's AES-256 with an MDC, through {@link CfbOutput}. */
final class PassphraseEncryption implements PGPDataEncryptorBuilder {
  private final JcePGPDataEncryptorBuilder builder =
      new JcePGPDataEncryptorBuilder(SymmetricKeyAlgorithmTags.AES_256)
          .setWithIntegrityPacket(true)
          .setProvider("SunJCE")
          .setSecureRandom(new SecureRandom());

  private record Aes(PGPDataEncryptor others, SecretKey key) implements PGPDataEncryptor {
    @Override
    public OutputStream getOutputStream(OutputStream out) {
      try {
        return new CfbOutput(out, key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has AES", e);
      }
    }

    @Override
    public PGPDigestCalculator getIntegrityCalculator() {
      return others.getIntegrityCalculator();
    }

    @Override
    public int getBlockSize() {
      return others.getBlockSize();
    }
  }

  @Override
  public PGPDataEncryptor build(byte[] key) throws PGPException {
    return new Aes(builder.build(key), new SecretKeySpec(key, "AES"));
  }

  @Override
  public int getAlgorithm() {
    return builder.getAlgorithm();
  }

  /** None. */
  @Override
  public int getAeadAlgorithm() {
    return builder.getAeadAlgorithm();
  }

  @Override
  public int getChunkSize() {
    return builder.getChunkSize();
  }

  @Override
  public boolean isV5StyleAEAD() {
    return builder.isV5StyleAEAD();
  }

  @Override
  public SecureRandom getSecureRandom() {
    return builder.getSecureRandom();
  }

  @Override
  public PGPDataEncryptor build(byte[] key, byte[] iv) {
    throw ofMdcAlone();
  }

  @Override
  public PGPDataEncryptorBuilder setWithIntegrityPacket(boolean with) {
    throw ofMdcAlone();
  }

  @Override
  public PGPDataEncryptorBuilder setWithAEAD(int algorithm, int chunkSize) {
    throw ofMdcAlone();
  }

  @Override
  public PGPDataEncryptorBuilder setUseV5AEAD() {
    throw ofMdcAlone();
  }

  @Override
  public PGPDataEncryptorBuilder setUseV6AEAD() {
    throw ofMdcAlone();
  }

  private static UnsupportedOperationException ofMdcAlone() {
    return new UnsupportedOperationException("what is encrypted has an MDC");
  }
}
