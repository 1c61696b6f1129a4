package dev.lightkeeper.testing;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.HostKey;
import dev.lightkeeper.remote.sftp.HostKeyScan;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.keyprovider.SimpleGeneratorHostKeyProvider;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** An SFTP server in this process that has none of OpenSSH's extensions; lets every key in. */
public final class PlainSftpServer implements AutoCloseable {
  private final Path dir;
  private final SshServer server;

  private PlainSftpServer(Path dir) throws IOException {
    this.dir = dir;
    Files.createDirectories(root());
    server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    SimpleGeneratorHostKeyProvider keys = new SimpleGeneratorHostKeyProvider(dir.resolve("key"));
    keys.setAlgorithm("EC");
    server.setKeyPairProvider(keys);
    server.setPublickeyAuthenticator((user, key, session) -> true);
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    SftpModuleProperties.OPENSSH_EXTENSIONS.set(server, "nothing@example.com=1");
    SftpModuleProperties.CLIENT_EXTENSIONS.set(server, "");
    server.start();
  }

  /** A running server that keeps its files in {@code dir}. */
  public static PlainSftpServer start(Path dir) throws IOException {
    return new PlainSftpServer(Files.createDirectories(dir).toRealPath());
  }

  /** The folder that {@link #remote} names. */
  public Path root() {
    return dir.resolve("data");
  }

  /**
   * The remote, its host key pinned.
   *
   * @param key any private key
   */
  public SftpRemote remote(String name, Path key) throws IOException, RemoteException {
    HostKey shown = HostKeyScan.fetch("127.0.0.1", server.getPort(), null);
    Path knownHosts = dir.resolve("known_hosts");
    Files.writeString(knownHosts, shown.knownHostsLine() + "\n");
    return new SftpRemote(
        name,
        new SftpTarget(
            "someone", "127.0.0.1", server.getPort(), root().toString(), key, knownHosts, null));
  }

  @Override
  public void close() throws IOException {
    server.stop(true);
  }
}
