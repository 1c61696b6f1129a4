package dev.lightkeeper.remote.sftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.Shell;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedHostKeysTest {
  @TempDir Path folder;

  @Test
  void a_key_of_each_kind_that_openssh_makes_is_read_by_a_process_that_has_read_none()
      throws Exception {
    for (String kind : new String[] {"ed25519", "ecdsa", "rsa"}) {
      Path key = folder.resolve(kind);
      var _ =
          new Shell(Map.of()).run("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", key.toString());
      Path known = folder.resolve("known_hosts");
      Files.writeString(known, "[h]:2222 " + Files.readString(folder.resolve(kind + ".pub")));
      // As it is at the start of each command.
      Security.removeProvider("BC");
      SshAlgorithms.useTheJdksOwn();

      PinnedHostKeys pinned =
          PinnedHostKeys.of(SftpTarget.of(URI.create("sftp://u@h:2222/f"), key, known, null));

      assertThat(pinned.types()).singleElement().asString().contains(kind);
    }
  }
}
