package dev.lightkeeper.setup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.config.Config.NodeSection;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeCheckTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "lnd, 45, WARNING", "lnd, 46, OK",
    "cln, 57, WARNING", "cln, 58, OK",
    "file, 0, WARNING", "file, 1, OK",
  })
  void a_file_that_can_hold_no_channel_is_pointed_out(String kind, int size, Verdict verdict)
      throws Exception {
    Path file = Files.write(folder.resolve("backup"), new byte[size]);

    assertThat(NodeCheck.of(new NodeSection("alice", kind, file)))
        .returns(verdict, NodeCheck::verdict)
        .returns(size, NodeCheck::size);
  }

  @Test
  void an_absent_file_is_a_warning() {
    NodeCheck check =
        NodeCheck.of(new NodeSection("alice", "lnd", folder.resolve("channel.backup")));

    assertThat(check.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(check.message()).isEqualTo("does not exist yet");
  }

  @Test
  void an_absent_directory_is_named() {
    NodeCheck check =
        NodeCheck.of(new NodeSection("alice", "lnd", folder.resolve("gone/deep/channel.backup")));

    assertThat(check.message()).isEqualTo("there is no " + folder.resolve("gone"));
  }

  @Test
  void a_directory_in_the_place_of_the_file_fails_with_a_remedy() {
    NodeCheck check = NodeCheck.of(new NodeSection("alice", "lnd", folder));

    assertThat(check.verdict()).isEqualTo(Verdict.FAILED);
    assertThat(check.remedy()).isNotBlank();
  }
}
