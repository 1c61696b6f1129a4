package dev.lightkeeper.remote.sftp;

import com.hierynomus.sshj.key.KeyAlgorithm;
import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.ChachaPolyCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.kex.DHGroups;
import com.hierynomus.sshj.transport.kex.ExtInfoClientFactory;
import com.hierynomus.sshj.transport.mac.Macs;
import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import java.security.Security;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.common.LoggerFactory;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.kex.Curve25519SHA256;
import net.schmizz.sshj.transport.kex.ECDHNistP;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;
import net.schmizz.sshj.userauth.keyprovider.OpenSSHKeyFile;
import net.schmizz.sshj.userauth.keyprovider.PKCS8KeyFile;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The algorithms that are offered: those of a current OpenSSH, nothing with SHA-1, DSA or CBC. */
final class SshAlgorithms {
  private static final String ECDSA = "ecdsa-";

  private SshAlgorithms() {}

  /**
   * A configuration that prefers the host key types in {@code pinned}, as otherwise a server with
   * several keys may show one that is not pinned.
   *
   * @param pinned key types as in known_hosts, such as {@code ssh-ed25519}
   */
  static Config config(List<String> pinned) {
    useTheJdksOwn();
    if (ecdsa(pinned)) {
      serveEcdsa();
    }
    ConfigImpl config = new ConfigImpl();
    config.setLoggerFactory(LoggerFactory.DEFAULT);
    config.setVersion("Lightkeeper");
    config.setRandomFactory(new SingletonRandomFactory(new JCERandom.Factory()));
    config.setKeyExchangeFactories(
        List.of(
            new Curve25519SHA256.Factory(),
            new Curve25519SHA256.FactoryLibSsh(),
            new ECDHNistP.Factory521(),
            new ECDHNistP.Factory384(),
            new ECDHNistP.Factory256(),
            DHGroups.Group16SHA512(),
            DHGroups.Group14SHA256(),
            new ExtInfoClientFactory()));
    config.setKeyAlgorithms(hostKeys(pinned));
    config.setCipherFactories(
        List.of(
            GcmCiphers.AES256GCM(),
            GcmCiphers.AES128GCM(),
            ChachaPolyCiphers.CHACHA_POLY_OPENSSH(),
            BlockCiphers.AES256CTR(),
            BlockCiphers.AES128CTR()));
    config.setMACFactories(
        List.of(
            Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm(), Macs.HMACSHA2256(), Macs.HMACSHA2512()));
    config.setCompressionFactories(List.of(new NoneCompression.Factory()));
    config.setFileKeyProviderFactories(
        List.of(
            new OpenSSHKeyV1KeyFile.Factory(),
            new PKCS8KeyFile.Factory(),
            new OpenSSHKeyFile.Factory()));
    config.setKeepAliveProvider(KeepAliveProvider.KEEP_ALIVE);
    return config;
  }

  /** Has the keys in a file of host keys read, of which some may be ECDSA keys. */
  static void servePinned(String knownHosts) {
    if (knownHosts.contains(ECDSA)) {
      serveEcdsa();
    }
  }

  /**
   * sshj asks for such keys by a name that only Bouncy Castle knows; last, it serves them alone.
   */
  private static void serveEcdsa() {
    Security.addProvider(new BouncyCastleProvider());
  }

  /**
   * Has the JDK's own ciphers used, which are ten times as fast. Before anything else of the
   * library: already reading known_hosts would settle it on Bouncy Castle's for good.
   */
  static void useTheJdksOwn() {
    SecurityUtils.setRegisterBouncyCastle(false);
  }

  private static List<Factory.Named<KeyAlgorithm>> hostKeys(List<String> pinned) {
    Stream<Factory.Named<KeyAlgorithm>> all =
        Stream.of(
            KeyAlgorithms.EdDSA25519(),
            KeyAlgorithms.ECDSASHANistp256(),
            KeyAlgorithms.ECDSASHANistp384(),
            KeyAlgorithms.ECDSASHANistp521(),
            KeyAlgorithms.RSASHA512(),
            KeyAlgorithms.RSASHA256());
    Comparator<Factory.Named<KeyAlgorithm>> pinnedFirst =
        Comparator.comparing(factory -> !pinned.contains(keyType(factory.getName())));
    return all.filter(factory -> ecdsa(pinned) || !factory.getName().startsWith(ECDSA))
        .sorted(pinnedFirst)
        .toList();
  }

  /** Whether the server's key may be an ECDSA key: at first contact, or because one is pinned. */
  private static boolean ecdsa(List<String> pinned) {
    return pinned.isEmpty() || pinned.stream().anyMatch(type -> type.startsWith(ECDSA));
  }

  /** RSA signs with SHA-2 under other names than its keys have (RFC 8332). */
  private static String keyType(String algorithm) {
    return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
  }
}
