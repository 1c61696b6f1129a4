package dev.lightkeeper.demo;

import dev.lightkeeper.testing.RealSshd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/** This machine's own sshd with a throwaway configuration. */
final class OpenSshServer implements DemoServer {
  private final RealSshd sshd;

  OpenSshServer(Path folder) throws IOException {
    this.sshd = RealSshd.start(folder.resolve("server"));
  }

  @Override
  public String kind() {
    return "OpenSSH";
  }

  @Override
  public void start() throws IOException {
    sshd.restart();
  }

  @Override
  public void kill() {
    sshd.stop();
  }

  @Override
  public String url() {
    return "sftp://%s@127.0.0.1:%d%s".formatted(sshd.target().user(), sshd.port(), sshd.root());
  }

  @Override
  public Path key() {
    return sshd.clientKey();
  }

  @Override
  public String fingerprint() throws IOException, GeneralSecurityException {
    String line = Files.readString(sshd.knownHosts(), StandardCharsets.US_ASCII).strip();
    byte[] key = Base64.getDecoder().decode(line.split(" ", -1)[2]);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
    return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(hash);
  }

  @Override
  public Path folder() {
    return sshd.root();
  }

  @Override
  public void close() {
    sshd.close();
  }
}
