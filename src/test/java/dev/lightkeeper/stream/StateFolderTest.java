package dev.lightkeeper.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateFolderTest {
  @Test
  void opening_removes_what_a_killed_daemon_left_half_written_and_nothing_of_a_backup_at_work(
      @TempDir Path root) throws Exception {
    Path ledger = half(root.resolve("nodes/alice.json.tmp"));
    Path version = half(root.resolve("spool/alice/1.tmp"));
    Path writer = half(root.resolve("writer.tmp"));
    Path transfer = half(root.resolve("transfers/disk/archive.tmp"));

    var _ = StateFolder.open(root);

    assertThat(ledger).doesNotExist();
    assertThat(version).doesNotExist();
    assertThat(writer).doesNotExist();
    assertThat(transfer).exists();
  }

  private static Path half(Path file) throws Exception {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "half");
  }
}
