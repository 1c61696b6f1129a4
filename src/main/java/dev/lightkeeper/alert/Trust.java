package dev.lightkeeper.alert;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose word is taken for who a server is. */
public final class Trust {
  private final @Nullable Path authorities;

  private Trust(@Nullable Path authorities) {
    this.authorities = authorities;
  }

  /** The usual authorities, as the runtime knows them. */
  public static Trust usual() {
    return new Trust(null);
  }

  /** The certificates in the PEM file {@code authorities}, and no others. */
  public static Trust of(Path authorities) {
    return new Trust(authorities);
  }

  /**
   * Reads the certificates.
   *
   * @throws DeliveryException if they cannot be used
   */
  public void insistOnReadable() throws DeliveryException {
    var _ = manager();
  }

  SSLContext context() throws DeliveryException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new DeliveryException("TLS cannot be used: " + e.getMessage(), "report this", e);
    }
  }

  X509TrustManager manager() throws DeliveryException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities == null ? null : store(authorities));
      return Stream.of(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .findFirst()
          .orElseThrow();
    } catch (GeneralSecurityException | IOException e) {
      throw new DeliveryException(
          "the certificates in %s cannot be used: %s"
              .formatted(authorities == null ? "the runtime" : authorities, e),
          "put PEM certificates there that this user can read",
          e);
    }
  }

  private static KeyStore store(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int n = 0;
      for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + n++, c);
      }
      if (n == 0) {
        throw new IOException("it holds no certificate");
      }
    }
    return store;
  }
}
