package dev.lightkeeper.demo;

import java.io.IOException;
import java.nio.file.CopyOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.SftpEventListener;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;

/** An SFTP server in this process, on loopback, that tells when a file got its final name. */
final class ThrowawaySftpServer implements AutoCloseable {
  private final Path root;
  private final Path hostKey;
  private final Consumer<Path> renamed;
  private @Nullable SshServer server;
  private int port;

  /**
   * @param root what clients see as /
   * @param hostKey where the host key is kept between two starts
   * @param renamed told of each target of a rename, once it is there
   */
  ThrowawaySftpServer(Path root, Path hostKey, Consumer<Path> renamed) {
    this.root = root;
    this.hostKey = hostKey;
    this.renamed = renamed;
  }

  /** Starts on the port it had before, if it ran before; any client key may log in. */
  void start() throws IOException {
    SshServer next = SshServer.setUpDefaultServer();
    CoreModuleProperties.TCP_NODELAY.set(next, true);
    next.setHost("127.0.0.1");
    next.setPort(port);
    next.setKeyPairProvider(new SimpleGeneratorHostKeyProvider(hostKey));
    next.setPublickeyAuthenticator(
        (String user, PublicKey key, ServerSession session) -> user.equals("lightkeeper"));
    next.setFileSystemFactory(new VirtualFileSystemFactory(root));
    SftpSubsystemFactory sftp = new SftpSubsystemFactory.Builder().build();
    sftp.addSftpEventListener(
        new SftpEventListener() {
          @Override
          public void moved(
              ServerSession session,
              Path source,
              Path target,
              Collection<CopyOption> options,
              @Nullable Throwable thrown) {
            if (thrown == null) {
              renamed.accept(target);
            }
          }
        });
    next.setSubsystemFactories(List.of(sftp));
    next.start();
    port = next.getPort();
    server = next;
  }

  int port() {
    return port;
  }

  /** What ssh-keygen would print of the host key. */
  String fingerprint() throws IOException, GeneralSecurityException {
    SimpleGeneratorHostKeyProvider keys = new SimpleGeneratorHostKeyProvider(hostKey);
    return KeyUtils.getFingerPrint(keys.loadKeys(null).iterator().next().getPublic());
  }

  /** Drops every connection at once. */
  void kill() throws IOException {
    if (server != null) {
      server.stop(true);
      server = null;
    }
  }

  @Override
  public void close() throws IOException {
    kill();
  }
}
