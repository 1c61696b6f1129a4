package dev.lightkeeper.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.Observation;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** What happens to the way to the file: directories, mounts and links. */
class WatchedPathTest {
  @TempDir Path temp;

  @Test
  void a_directory_absent_at_start_is_waited_for() {
    StandInLnd lnd = new StandInLnd(temp.resolve("data/chain/bitcoin/mainnet"));
    try (Watched watched = Watched.byEvents(lnd.file())) {
      assertThat(watched.told().getFirst())
          .isInstanceOfSatisfying(
              Observation.Absent.class,
              absent -> assertThat(absent.reason()).isEqualTo("no directory " + temp + "/data"));
      watched.awaitContent(lnd.update(1));
      watched.awaitContent(lnd.update(2));
    }
  }

  @Test
  void a_directory_deleted_and_recreated_is_watched_again() throws IOException {
    Path directory = temp.resolve("mainnet");
    StandInLnd lnd = new StandInLnd(directory);
    lnd.update(1);
    try (Watched watched = Watched.byEvents(lnd.file())) {
      run("rm", "-r", directory.toString());
      watched.awaitLast(Observation.Absent.class);
      watched.awaitContent(lnd.update(1));
      watched.awaitContent(lnd.update(2));
    }
  }

  @Test
  void a_directory_renamed_away_and_recreated_is_watched_again() throws IOException {
    Path directory = temp.resolve("mainnet");
    StandInLnd lnd = new StandInLnd(directory);
    lnd.update(1);
    try (Watched watched = Watched.byBoth(lnd.file())) {
      Files.move(directory, temp.resolve("away"));
      watched.awaitContent(lnd.update(1));
      watched.awaitContent(lnd.update(2));
      new StandInLnd(temp.resolve("away")).update(9);
      byte[] last = lnd.update(3);
      watched.awaitContent(last);
      assertThat(watched.told())
          .noneMatch(o -> o instanceof Observation.Captured c && c.backup().size() == 45 + 9 * 371);
    }
  }

  static boolean canMount() throws IOException {
    Path there = Files.createTempDirectory("mount");
    try {
      return call("mount", "-t", "tmpfs", "tmpfs", there.toString()) == 0
          && call("umount", there.toString()) == 0;
    } finally {
      Files.delete(there);
    }
  }

  @Test
  @EnabledIf(value = "canMount", disabledReason = "mounting needs root")
  void a_volume_replaced_by_a_mount_is_watched_and_so_is_what_is_under_it_again()
      throws IOException {
    StandInLnd lnd = new StandInLnd(temp.resolve("volume"));
    byte[] under = lnd.update(1);
    try (Watched watched = Watched.byBoth(lnd.file())) {
      run("mount", "-t", "tmpfs", "tmpfs", temp.resolve("volume").toString());
      try {
        watched.awaitLast(Observation.Absent.class);
        watched.awaitContent(lnd.update(1));
        watched.awaitContent(lnd.update(2));
      } finally {
        run("umount", temp.resolve("volume").toString());
      }
      watched.awaitContent(under);
      watched.awaitContent(lnd.update(3));
    }
  }

  @Test
  void a_linked_file_is_watched_where_it_is_and_a_new_target_is_noticed() throws IOException {
    StandInLnd one = new StandInLnd(temp.resolve("one"));
    StandInLnd two = new StandInLnd(temp.resolve("two"));
    one.update(1);
    byte[] other = two.update(1);
    Path link = Files.createSymbolicLink(temp.resolve("link"), one.file());
    try (Watched watched = Watched.byEvents(link)) {
      watched.awaitContent(one.update(2));
      Path next = Files.createSymbolicLink(temp.resolve("next"), two.file());
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
      watched.awaitContent(other);
      watched.awaitContent(two.update(2));
    }
  }

  @Test
  void a_linked_directory_is_watched_where_it_is_and_a_new_target_is_noticed() throws IOException {
    StandInLnd one = new StandInLnd(temp.resolve("one"));
    StandInLnd two = new StandInLnd(temp.resolve("two"));
    one.update(1);
    byte[] other = two.update(1);
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("one"));
    try (Watched watched = Watched.byBoth(link.resolve("channel.backup"))) {
      watched.awaitContent(one.update(2));
      Path next = Files.createSymbolicLink(temp.resolve("next"), temp.resolve("two"));
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
      watched.awaitContent(other);
      watched.awaitContent(two.update(2));
    }
  }

  @Test
  void a_directory_in_the_files_place_is_unreadable_not_absent() throws IOException {
    Path file = Files.createDirectory(temp.resolve("channel.backup"));
    try (Watched watched = Watched.byEvents(file)) {
      assertThat(watched.told().getFirst())
          .isInstanceOfSatisfying(
              Observation.Unreadable.class,
              unreadable -> assertThat(unreadable.reason()).contains("is a directory"));
    }
  }

  @Test
  void a_file_larger_than_any_channel_backup_is_unreadable() throws IOException {
    Path file = temp.resolve("channel.backup");
    run("truncate", "-s", "9M", file.toString());
    try (Watched watched = Watched.byEvents(file)) {
      assertThat(watched.told().getFirst())
          .isInstanceOfSatisfying(
              Observation.Unreadable.class,
              unreadable -> assertThat(unreadable.reason()).contains("larger than 8 MiB"));
    }
  }

  static void run(String... command) throws IOException {
    assertThat(call(command)).as(String.join(" ", command)).isZero();
  }

  private static int call(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
