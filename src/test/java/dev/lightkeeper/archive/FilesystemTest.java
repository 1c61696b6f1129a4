package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Volumes and work folders on several filesystems, and on full ones. */
@EnabledIf(
    value = "canMount",
    disabledReason = "mounting a small file system needs root and the right to mount")
class FilesystemTest {
  @TempDir Path folder;
  private Path mount;
  private Server server;

  static boolean canMount() throws IOException {
    Path there = Files.createTempDirectory("mount");
    try {
      return new ProcessBuilder(
                  "sh", "-c", "mount -t tmpfs none \"$0\" && umount \"$0\"", there.toString())
              .start()
              .waitFor()
          == 0;
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      Files.delete(there);
    }
  }

  @BeforeEach
  void volumes() throws Exception {
    server = new Server(folder);
    server.put("small", "text");
    byte[] random = new byte[3_000_000];
    new Random(1).nextBytes(random);
    server.put(server.data("large"), random);
    mount = Files.createDirectories(folder.resolve("mount"));
  }

  @Test
  void each_filesystem_is_written_out_once_and_covers_older_files_alone() throws Exception {
    Path elsewhere = Files.createDirectories(server.data("mounted"));
    run("mount -t tmpfs none \"$1\"", elsewhere);
    try {
      Path there = server.put("mounted/file", "text");
      Server.waitForClock();
      FilesystemSync sync = FilesystemSync.ofThisSystem();
      assertThat(Stat.of(there).device()).isNotEqualTo(Stat.of(server.data("small")).device());
      assertThat(sync.covers(server.data("small"), Stat.of(server.data("small")))).isTrue();
      assertThat(sync.covers(there, Stat.of(there))).isTrue();
      Path younger = server.put("younger", "text");
      assertThat(sync.covers(younger, Stat.of(younger))).isFalse();
    } finally {
      run("umount \"$1\"", elsewhere);
    }
  }

  @Test
  void a_disk_that_is_full_in_a_pass_is_named_and_nothing_stays_on_it() throws Exception {
    run("mount -t tmpfs -o size=1m none \"$1\"", mount);
    try {
      Path work = mount.resolve("work");
      assertThatThrownBy(
              () -> {
                try (ArchiveDraft draft =
                    ArchiveDraft.open(work, server.sources(ArchiveMode.BACKUP))) {
                  draft.pass(ArchiveProgress.NONE);
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining(work + "/members cannot be written: No space left on device")
          .hasMessageContaining("Free some space in " + work);
      assertThat(mount).isEmptyDirectory();
    } finally {
      run("umount \"$1\"", mount);
    }
  }

  @Test
  void a_disk_that_is_full_when_the_archive_is_written_is_named_and_nothing_stays_on_it()
      throws Exception {
    run("mount -t tmpfs -o size=1m none \"$1\"", mount);
    try (ArchiveDraft draft = server.draft()) {
      PassReport _ = draft.finalPass(ArchiveProgress.NONE);
      for (boolean encrypted : new boolean[] {false, true}) {
        SealOrder order =
            new SealOrder(
                mount.resolve("backup.tar.gz"),
                new ManifestHead("test", Server.NOW, ArchiveMode.BACKUP, "shop", Map.of()),
                encrypted ? Passphrase.of("secret".toCharArray()) : null);
        assertThatThrownBy(() -> draft.seal(order, ArchiveProgress.NONE))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(
                mount + "/backup.tar.gz.partial cannot be written: No space left on device")
            .hasMessageContaining("Free some space in " + mount);
        assertThat(mount).isEmptyDirectory();
      }
    } finally {
      run("umount \"$1\"", mount);
    }
  }

  private void run(String script, Path path) throws IOException {
    byte[] _ = Shell.run(folder, script, path);
  }
}
