package dev.lightkeeper.demo;

import dev.lightkeeper.setup.LoginKey;
import dev.lightkeeper.setup.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;

/** An SFTP server in this process, for a machine without an sshd. */
final class EmbeddedServer implements DemoServer {
  private final Path root;
  private final Path hostKey;
  private final Path key;
  private @Nullable SshServer server;
  private int port;

  EmbeddedServer(Path folder) throws IOException {
    this.root = Files.createDirectories(folder.resolve("server"));
    this.hostKey = folder.resolve("host-key");
    try {
      this.key = LoginKey.obtain(folder.resolve("client-key"), "try").file();
    } catch (SetupException e) {
      throw new IOException(e);
    }
    Files.createDirectories(root.resolve("backups"));
  }

  @Override
  public String kind() {
    return "embedded";
  }

  @Override
  public void start() throws IOException {
    SshServer next = SshServer.setUpDefaultServer();
    CoreModuleProperties.TCP_NODELAY.set(next, true);
    next.setHost("127.0.0.1");
    next.setPort(port);
    next.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(hostKey));
    next.setPublickeyAuthenticator(
        (String user, PublicKey offered, ServerSession session) -> user.equals("lightkeeper"));
    next.setFileSystemFactory(new VirtualFileSystemFactory(root));
    next.setSubsystemFactories(List.of(new SftpSubsystemFactory.Builder().build()));
    next.start();
    port = next.getPort();
    server = next;
  }

  @Override
  public void kill() throws IOException {
    if (server != null) {
      server.stop(true);
      server = null;
    }
  }

  @Override
  public String url() {
    return "sftp://lightkeeper@127.0.0.1:" + port + "/backups";
  }

  @Override
  public Path key() {
    return key;
  }

  @Override
  public String fingerprint() throws IOException, GeneralSecurityException {
    SimpleGeneratorHostKeyProvider keys = new SimpleGeneratorHostKeyProvider(hostKey);
    return KeyUtils.getFingerPrint(keys.loadKeys(null).iterator().next().getPublic());
  }

  @Override
  public Path folder() {
    return root.resolve("backups");
  }

  @Override
  public void close() throws IOException {
    kill();
  }
}
