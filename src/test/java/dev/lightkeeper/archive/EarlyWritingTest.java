package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that the disk writes while it is filled. */
class EarlyWritingTest {
  @TempDir Path folder;

  @Test
  void what_is_written_meanwhile_is_all_there() throws Exception {
    Path path = folder.resolve("file");
    byte[] part = new byte[1 << 16];
    try (OutputFile file = new OutputFile(path)) {
      try (EarlyWriting _ = new EarlyWriting(file)) {
        for (int i = 0; i < 10; i++) {
          file.write(part, 0, part.length);
          Thread.sleep(60); // longer in all than it takes to begin
        }
      }
      assertThat(file.size()).isEqualTo(10L * part.length);
    }
    assertThat(Files.size(path)).isEqualTo(10L * part.length);
  }

  @Test
  void an_interrupt_is_kept_and_does_not_close_the_file() throws Exception {
    try (OutputFile file = new OutputFile(folder.resolve("file"))) {
      try (EarlyWriting _ = new EarlyWriting(file)) {
        Thread.currentThread().interrupt();
      }

      assertThat(Thread.interrupted()).isTrue();
      file.write(1);
      assertThat(file.size()).isEqualTo(1);
    }
  }

  @Test
  void that_the_disk_did_not_take_something_shows_at_the_end() throws Exception {
    OutputFile file = new OutputFile(folder.resolve("file"));
    EarlyWriting early = new EarlyWriting(file);
    file.close();
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("archive-write-out"))) {
      Thread.sleep(10);
    }

    assertThatThrownBy(early::close)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be written");
  }
}
