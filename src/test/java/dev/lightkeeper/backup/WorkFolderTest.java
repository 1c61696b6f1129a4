package dev.lightkeeper.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed run left goes before the next one; what others left stays. */
class WorkFolderTest {
  @TempDir private Path archives;

  @Test
  void what_a_killed_run_was_writing_is_removed() throws Exception {
    Files.createDirectories(archives.resolve(".lightkeeper-work/members"));
    file("20261123T021500Z-backup.tar.gz.partial");
    file("20261123T021500Z-backup.tar.gz.json.partial");
    file("20261123T021500Z-backup-migrate.tar.gz.gpg.partial");

    new WorkFolder(archives).sweep();

    assertThat(archives).isEmptyDirectory();
  }

  @Test
  void what_is_kept_and_what_others_put_there_stays() throws Exception {
    Path archive = file("20261123T021500Z-backup.tar.gz");
    Path download = file("debian.iso.partial");
    Path other = file("backup.tar.gz.partial");
    Path inside = Files.createDirectory(archives.resolve("photos.partial")).resolve("one");
    Files.createFile(inside);
    Path named =
        Files.createDirectory(archives.resolve("20261123T021500Z-backup.tar.gz.json.partial"))
            .resolve("two");
    Files.createFile(named);

    new WorkFolder(archives).sweep();

    assertThat(archive).exists();
    assertThat(download).exists();
    assertThat(other).exists();
    assertThat(inside).exists();
    assertThat(named).exists();
  }

  @Test
  void a_folder_that_is_not_there_yet_has_nothing_to_remove() throws Exception {
    Path none = archives.resolve("none");

    new WorkFolder(none).sweep();

    assertThat(none).doesNotExist();
  }

  private Path file(String name) throws Exception {
    return Files.createFile(archives.resolve(name));
  }
}
