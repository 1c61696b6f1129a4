package dev.lightkeeper.testing;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate of {@code localhost}, made by keytool.
 *
 * @param pem the certificate, for who is to trust it
 * @param server for a server that has it
 */
public record Certificate(Path pem, SSLContext server) {
  private static final String PASSWORD = "changeit";

  /** Makes one in {@code folder}. */
  public static Certificate make(Path folder) throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Path store = folder.resolve("server.p12");
    Path pem = folder.resolve("server.pem");
    Shell shell = new Shell(Map.of());
    shell.run(
        keytool.toString(),
        "-genkeypair",
        "-alias",
        "server",
        "-keyalg",
        "EC",
        "-validity",
        "3650",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=dns:localhost",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    shell.run(
        keytool.toString(),
        "-exportcert",
        "-rfc",
        "-alias",
        "server",
        "-file",
        pem.toString(),
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext server = SSLContext.getInstance("TLS");
    server.init(factory.getKeyManagers(), null, null);
    return new Certificate(pem, server);
  }
}
