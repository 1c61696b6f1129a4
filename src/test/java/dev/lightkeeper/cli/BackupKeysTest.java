package dev.lightkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.config.ConfigFile;
import dev.lightkeeper.scb.BackupKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a node's backup key is looked for. */
class BackupKeysTest {
  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void makeFolders() throws Exception {
    Files.createDirectories(folder.resolve("keys"));
    Files.createDirectories(folder.resolve("credentials"));
  }

  @Test
  void a_systemd_credential_goes_before_the_usual_file() throws Exception {
    Files.write(folder.resolve("keys/alice"), key(1));
    Files.write(folder.resolve("credentials/backup-key-alice"), key(2));

    assertThat(keys("").of("alice")).contains(BackupKey.of(key(2)));
  }

  @Test
  void what_the_configuration_names_goes_before_the_usual_file() throws Exception {
    Files.write(folder.resolve("keys/alice"), key(1));
    Files.write(folder.resolve("elsewhere"), key(3));

    assertThat(keys("backup_key = \"%s/elsewhere\"".formatted(folder)).of("alice"))
        .contains(BackupKey.of(key(3)));
  }

  @Test
  void a_node_without_a_key_has_none_and_nobody_is_warned() throws Exception {
    assertThat(keys("").of("alice")).isEmpty();
    assertThat(warnings).isEmpty();
  }

  @Test
  void a_key_that_cannot_be_read_is_warned_about_without_its_content() throws Exception {
    Files.writeString(folder.resolve("keys/alice"), "something else");

    assertThat(keys("").of("alice")).isEmpty();
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("keys/alice holds no backup key", "lightkeeper key alice --force")
        .doesNotContain("something else");
  }

  private BackupKeys keys(String line) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("lightkeeper.toml"),
            """
            [nodes.alice]
            kind = "lnd"
            file = "/lnd/channel.backup"
            %s
            [remotes.disk]
            url = "file:///mnt/disk"
            """
                .formatted(line));
    Config config = ConfigFile.load(file);
    Map<String, String> environment =
        Map.of("CREDENTIALS_DIRECTORY", folder.resolve("credentials").toString());
    return BackupKeys.of(config, environment, warnings::add);
  }

  private static byte[] key(int b) {
    byte[] key = new byte[BackupKey.LENGTH];
    Arrays.fill(key, (byte) b);
    return key;
  }
}
