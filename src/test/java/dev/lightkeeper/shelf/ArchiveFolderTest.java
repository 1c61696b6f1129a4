package dev.lightkeeper.shelf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.StoredArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveFolderTest {
  private static final Instant TIME = Instant.parse("2026-11-23T02:15:00Z");

  @TempDir Path root;

  @Test
  void what_is_kept_has_its_name_its_manifest_and_the_link() throws Exception {
    ArchiveName name = keep(0, "tonight");

    assertThat(folder().list()).containsExactly(new StoredArchive(name, 7, true));
    assertThat(folder().manifest(name)).asString().isEqualTo("{}");
    assertThat(folder().file(name)).hasContent("tonight");
    assertThat(link()).isSymbolicLink().hasContent("tonight");
    assertThat(Files.readSymbolicLink(link())).isEqualTo(Path.of(name.fileName()));
    assertThat(names())
        .containsExactlyInAnyOrder(name.fileName(), name.manifestName(), "backup.tar.gz.gpg");
  }

  @Test
  void an_archive_is_its_owners_alone() throws Exception {
    ArchiveName name = keep(0, "tonight");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().file(name))))
        .isEqualTo("rw-------");
  }

  @Test
  void the_link_leads_to_the_newest_and_the_others_stay() throws Exception {
    ArchiveName first = keep(0, "first");
    keep(86_400, "second");
    assertThat(link()).hasContent("second");
    assertThat(folder().file(first)).hasContent("first");
  }

  @Test
  void one_of_the_same_name_is_never_overwritten() throws Exception {
    keep(0, "first");
    assertThatThrownBy(() -> keep(0, "second")).isInstanceOf(FileAlreadyExistsException.class);
    assertThat(link()).hasContent("first");
  }

  @Test
  void what_btcpays_script_left_is_kept_under_a_name_with_its_time() throws Exception {
    Files.createDirectories(root.resolve("archives"));
    Files.writeString(link(), "theirs");
    Files.setLastModifiedTime(link(), FileTime.from(TIME.minusSeconds(86_400)));

    keep(0, "ours");

    assertThat(link()).hasContent("ours");
    assertThat(root.resolve("archives/found-20261122T021500Z-backup.tar.gz.gpg"))
        .hasContent("theirs");
    assertThat(folder().list()).hasSize(1);
  }

  @Test
  void an_archive_without_a_manifest_is_not_complete() throws Exception {
    ArchiveName name = keep(0, "tonight");
    Files.delete(root.resolve("archives").resolve(name.manifestName()));
    assertThat(folder().list()).containsExactly(new StoredArchive(name, 7, false));
  }

  @Test
  void removing_the_newest_leaves_no_dangling_link() throws Exception {
    ArchiveName name = keep(0, "tonight");
    folder().remove(name);
    assertThat(names()).isEmpty();
    assertThat(Files.exists(link(), LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void removing_an_older_one_leaves_the_link() throws Exception {
    ArchiveName old = keep(0, "first");
    keep(86_400, "second");
    folder().remove(old);
    assertThat(link()).hasContent("second");
  }

  @Test
  void what_killed_runs_left_is_swept_and_nothing_else() throws Exception {
    keep(0, "tonight");
    Path part = folder().newPart();
    Path mine = Files.writeString(root.resolve("archives/.mine.part"), "mine");
    folder().sweepParts();
    assertThat(part).doesNotExist();
    assertThat(mine).exists();
    assertThat(folder().list()).hasSize(1);
  }

  @Test
  void a_folder_that_is_not_there_holds_nothing() throws Exception {
    assertThat(folder().list()).isEmpty();
  }

  private ArchiveFolder folder() {
    return new ArchiveFolder(root.resolve("archives"));
  }

  private Path link() {
    return root.resolve("archives/backup.tar.gz.gpg");
  }

  private ArchiveName keep(long seconds, String content) throws IOException {
    ArchiveName name = new ArchiveName(TIME.plusSeconds(seconds), false, true);
    Path part = folder().newPart();
    Files.writeString(part, content);
    folder().keep(part, name, "{}".getBytes(StandardCharsets.UTF_8));
    return name;
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(root.resolve("archives"))) {
      return files.map(f -> String.valueOf(f.getFileName())).toList();
    }
  }
}
