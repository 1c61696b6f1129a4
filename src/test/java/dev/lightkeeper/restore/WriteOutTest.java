package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.Shell;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of large files in the page cache while others are written, as the kernel tells. */
class WriteOutTest {
  private static final int MEBIBYTE = 1 << 20;

  private final byte[] content = new byte[MEBIBYTE];
  private final SystemCalls system = new SystemCalls();

  // On the disk of the build, as a temporary folder may be in memory.
  private Path folder = Path.of("target");
  private Path incoming = folder;
  private WriteOut disk = new WriteOut(system, PathBytes.of(incoming));

  @BeforeEach
  void folder() throws Exception {
    folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "write-out-");
    incoming = folder.resolve("incoming");
    disk = new WriteOut(system, PathBytes.of(incoming));
    new Random(1).nextBytes(content);
  }

  @AfterEach
  void remove() {
    var _ = new Shell(Map.of()).run("rm", "-r", folder.toString());
  }

  @Test
  void a_large_file_is_in_memory_with_its_last_parts_alone() throws Exception {
    Path file = write("large", 160);

    assertThat(Files.size(file)).isEqualTo(160L * MEBIBYTE);
    assertThat(cached(file)).isLessThanOrEqualTo(4 * 16L * MEBIBYTE);
  }

  @Test
  void earlier_files_leave_when_later_ones_come() throws Exception {
    Path first = write("first", 2);
    Path small = write("small", 0);
    for (int i = 0; i < 5; i++) {
      var _ = write("later-" + i, 2);
    }

    assertThat(cached(first)).isZero();
    assertThat(Files.size(small)).isZero();
  }

  private Path write(String name, int mebibytes) throws Exception {
    try (RandomAccessFile out = new RandomAccessFile(incoming.toFile(), "rw")) {
      for (int i = 1; i <= mebibytes; i++) {
        out.write(content);
        disk.reached((long) i * MEBIBYTE);
      }
    }
    Path file = folder.resolve(name);
    Files.move(incoming, file);
    disk.settled(PathBytes.of(file), (long) mebibytes * MEBIBYTE);
    return file;
  }

  private static long cached(Path file) {
    return Long.parseLong(
        new Shell(Map.of()).run("fincore", "-bnro", "RES", file.toString()).strip());
  }
}
