package dev.lightkeeper.archive;

import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.Provider;
import org.bouncycastle.bcpg.AEADEncDataPacket;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricEncIntegrityPacket;
import org.bouncycastle.bcpg.SymmetricKeyAlgorithmTags;
import org.bouncycastle.bcpg.SymmetricKeyEncSessionPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSessionKey;
import org.bouncycastle.openpgp.operator.PBEDataDecryptorFactory;
import org.bouncycastle.openpgp.operator.PGPDataDecryptor;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.PGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcePBEDataDecryptorFactoryBuilder;

/** Bouncy Castle's, but for AES with an MDC, which is what every archive has: {@link CfbInput}. */
final class PassphraseDecryption extends PBEDataDecryptorFactory {
  private final PBEDataDecryptorFactory others;
  private final PGPDigestCalculatorProvider digests;

  /**
   * @param ciphers for all other kinds of message
   */
  PassphraseDecryption(char[] passphrase, PGPDigestCalculatorProvider digests, Provider ciphers) {
    super(passphrase, GatheringDigest.of(digests));
    this.digests = digests;
    this.others =
        new JcePBEDataDecryptorFactoryBuilder(digests).setProvider(ciphers).build(passphrase);
  }

  @Override
  public PGPDataDecryptor createDataDecryptor(boolean withMdc, int algorithm, byte[] key)
      throws PGPException {
    return switch (algorithm) {
      case SymmetricKeyAlgorithmTags.AES_128,
          SymmetricKeyAlgorithmTags.AES_192,
          SymmetricKeyAlgorithmTags.AES_256 ->
          withMdc
              ? new Aes(key, digests.get(HashAlgorithmTags.SHA1))
              : others.createDataDecryptor(false, algorithm, key);
      default -> others.createDataDecryptor(withMdc, algorithm, key);
    };
  }

  private static final class Aes implements PGPDataDecryptor {
    private final byte[] key;
    private final PGPDigestCalculator mdc;

    Aes(byte[] key, PGPDigestCalculator mdc) {
      this.key = key;
      this.mdc = mdc;
    }

    @Override
    public InputStream getInputStream(InputStream in) {
      try {
        return new CfbInput(in, key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has AES", e);
      }
    }

    @Override
    public int getBlockSize() {
      return 16;
    }

    @Override
    public PGPDigestCalculator getIntegrityCalculator() {
      return mdc;
    }
  }

  @Override
  public PGPDataDecryptor createDataDecryptor(AEADEncDataPacket packet, PGPSessionKey key)
      throws PGPException {
    return others.createDataDecryptor(packet, key);
  }

  @Override
  public PGPDataDecryptor createDataDecryptor(SymmetricEncIntegrityPacket packet, PGPSessionKey key)
      throws PGPException {
    return others.createDataDecryptor(packet, key);
  }

  @Override
  public byte[] recoverSessionData(int algorithm, byte[] key, byte[] data) throws PGPException {
    return others.recoverSessionData(algorithm, key, data);
  }

  @Override
  public byte[] recoverAEADEncryptedSessionData(SymmetricKeyEncSessionPacket packet, byte[] key)
      throws PGPException {
    return others.recoverAEADEncryptedSessionData(packet, key);
  }
}
