package dev.lightkeeper.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/** A throwaway SFTP server on loopback, which can be killed and started again. */
interface DemoServer extends AutoCloseable {
  /** This machine's OpenSSH, or where it has none, a server inside this process. */
  static DemoServer in(Path folder) throws IOException {
    if (!Files.isExecutable(Path.of("/usr/sbin/sshd"))) {
      return embedded(folder);
    }
    DemoServer server = new OpenSshServer(folder);
    server.start();
    return server;
  }

  /** A server inside this process. */
  static DemoServer embedded(Path folder) throws IOException {
    DemoServer server = new EmbeddedServer(folder);
    server.start();
    return server;
  }

  /** For people. */
  String kind();

  /** Starts, on the same port as before. */
  void start() throws IOException;

  /** Drops every connection at once. */
  void kill() throws IOException;

  /** The address to give to {@code init}. */
  String url();

  /** A private key that it lets in. */
  Path key();

  /** Its host key's fingerprint, as ssh-keygen prints it. */
  String fingerprint() throws IOException, GeneralSecurityException;

  /** Where it keeps what the address names. */
  Path folder();

  @Override
  void close() throws IOException;
}
