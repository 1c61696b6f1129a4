package dev.lightkeeper.remote.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

class PresenceTest {
  static final String WHY = "making a folder in /mnt takes root";

  @TempDir Path temp;

  static boolean mayUseMnt() {
    return Files.isWritable(Path.of("/mnt"));
  }

  @Test
  void a_folder_where_disks_are_mounted_is_none_without_a_disk() throws Exception {
    Path disk = Files.createDirectories(temp.resolve("mnt/disk/lightkeeper"));

    assertThat(Presence.unmounted(disk, List.of(temp.resolve("mnt").toRealPath()))).isTrue();
    assertThat(Presence.unmounted(disk, List.of(temp.resolve("media")))).isFalse();
  }

  @Test
  void a_disk_mounted_above_the_folder_makes_it_one() {
    // /proc is mounted wherever this runs.
    assertThat(Presence.unmounted(Path.of("/proc/sys"), List.of(Path.of("/")))).isFalse();
    assertThat(Presence.unmounted(Path.of("/proc/sys"), List.of(Path.of("/proc")))).isFalse();
  }

  @Test
  @EnabledIf(value = "mayUseMnt", disabledReason = WHY)
  void nothing_is_written_below_mnt_while_nothing_is_mounted_there() throws Exception {
    Path folder = Files.createTempDirectory(Path.of("/mnt"), "lightkeeper-test-");
    try {
      assertThatThrownBy(() -> new DirectoryRemote("disk", folder).connect())
          .isInstanceOfSatisfying(
              RemoteException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
                assertThat(e.what()).contains("Nothing is mounted at " + folder);
                assertThat(e.remedy()).contains("mount the disk");
              });
      assertThat(folder).isEmptyDirectory();
    } finally {
      Files.delete(folder);
    }
  }
}
