package dev.lightkeeper.survival;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.PropertyResolverUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that is not OpenSSH and has none of its extensions. */
class PlainServerTest {
  @RegisterExtension final Rig rig = new Rig();

  @Test
  void a_server_without_extensions_gets_every_change_and_its_limits_are_told() throws Exception {
    Path root = Files.createDirectories(rig.home().resolve("plain/data"));
    try (SshServer server = server(root)) {
      RemoteFolder folder = new RemoteFolder(root, Rig.NODE);
      try (Installation installation = installation(server)) {
        installation.start();
        for (int i = 1; i <= 10; i++) {
          byte[] newest = rig.lnd().update(i);
          Rig.patiently().untilAsserted(() -> Rig.assertNewest(newest, folder.versionsOnDisk()));
        }
        Rig.patiently().until(() -> installation.holding(Rig.OFFSITE).upToDate());
        Rig.patiently().until(() -> installation.holding(Rig.OFFSITE).verified());
        assertThat(installation.remote(Rig.OFFSITE).features()).isNotEmpty();
        assertThat(installation.alerts().ever()).isEmpty();
        assertThat(folder.versionsOnDisk()).containsAll(folder.everSeen()).hasSize(10);
      }
    }
  }

  @Test
  void a_server_without_extensions_is_streamed_to_again_after_its_sessions_broke()
      throws Exception {
    Path root = Files.createDirectories(rig.home().resolve("plain/data"));
    try (SshServer server = server(root)) {
      RemoteFolder folder = new RemoteFolder(root, Rig.NODE);
      try (Installation installation = installation(server)) {
        installation.start();
        for (int i = 1; i <= 5; i++) {
          server.getActiveSessions().forEach(session -> session.close(true));
          byte[] newest = rig.lnd().update(50 * i);
          Rig.patiently().untilAsserted(() -> Rig.assertNewest(newest, folder.versionsOnDisk()));
        }
        assertThat(folder.versionsOnDisk()).containsAll(folder.everSeen());
      }
    }
  }

  private Installation installation(SshServer server) throws Exception {
    Path pinned = rig.home().resolve("plain/known_hosts");
    Files.writeString(
        pinned,
        "[127.0.0.1]:%d %s%n"
            .formatted(
                server.getPort(),
                PublicKeyEntry.toString(
                    server.getKeyPairProvider().loadKeys(null).iterator().next().getPublic())));
    SftpTarget target =
        new SftpTarget(
            "keeper", "127.0.0.1", server.getPort(), "/", rig.sshd().clientKey(), pinned, null);
    return new Installation(
        rig.home().resolve("plain-state"),
        new Node(Rig.NODE, NodeKind.LND, rig.lnd().file()),
        List.of(new SftpRemote(Rig.OFFSITE, target)));
  }

  private SshServer server(Path root) throws Exception {
    SshServer server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(new FileKeyPairProvider(rig.home().resolve("server/host_key")));
    server.setPublickeyAuthenticator((_, _, _) -> true);
    server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    server.setFileSystemFactory(new VirtualFileSystemFactory(root));
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    // An empty value, unlike a missing one, announces no extension at all.
    PropertyResolverUtils.updateProperty(
        server, SftpModuleProperties.OPENSSH_EXTENSIONS.getName(), "");
    PropertyResolverUtils.updateProperty(
        server, SftpModuleProperties.CLIENT_EXTENSIONS.getName(), "");
    server.start();
    return server;
  }
}
