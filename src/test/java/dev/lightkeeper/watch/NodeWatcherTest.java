package dev.lightkeeper.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Observation;
import dev.lightkeeper.testing.StandInCln;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeWatcherTest {
  @TempDir Path temp;

  @Test
  void a_file_that_is_there_at_start_is_observed_once() {
    StandInLnd lnd = new StandInLnd(temp);
    byte[] content = lnd.update(3);
    try (Watched watched = Watched.byBoth(lnd.file())) {
      watched.awaitContent(content);
      watched.watcher().rescan();
      await().during(Duration.ofMillis(300)).until(() -> watched.told().size() == 1);
    }
  }

  @Test
  void a_file_absent_at_start_is_waited_for() {
    StandInLnd lnd = new StandInLnd(temp);
    try (Watched watched = Watched.byEvents(lnd.file())) {
      assertThat(watched.told().getFirst()).isInstanceOf(Observation.Absent.class);
      watched.awaitContent(lnd.update(1));
    }
  }

  @Test
  void a_rename_into_place_is_seen() {
    StandInLnd lnd = new StandInLnd(temp);
    lnd.update(1);
    try (Watched watched = Watched.byEvents(lnd.file())) {
      for (int i = 0; i < 20; i++) {
        watched.awaitContent(lnd.update(i));
      }
      assertThat(watched.told()).hasSize(21);
    }
  }

  @Test
  void a_write_in_place_is_seen_whole() throws IOException {
    Path file = temp.resolve("channel.backup");
    Files.write(file, new byte[400]);
    try (Watched watched = Watched.byEvents(file)) {
      byte[] next = new byte[400];
      Arrays.fill(next, (byte) 1);
      try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
        out.write(next, 0, 200);
        out.write(next, 200, 200);
      }
      watched.awaitContent(next);
      assertThat(watched.told()).hasSize(2);
    }
  }

  @Test
  void a_write_without_a_change_of_content_is_not_told() throws IOException {
    Path file = temp.resolve("channel.backup");
    Files.write(file, new byte[400]);
    try (Watched watched = Watched.byBoth(file)) {
      Files.write(file, new byte[400]);
      await().during(Duration.ofMillis(300)).until(() -> watched.told().size() == 1);
    }
  }

  @Test
  void the_empty_file_of_clns_first_start_is_not_told() {
    StandInCln cln = new StandInCln(temp);
    try (Watched watched = Watched.byEvents(cln.file())) {
      watched.awaitContent(cln.firstStart());
      assertThat(watched.told())
          .hasSize(2)
          .noneMatch(o -> o instanceof Observation.Captured c && c.backup().size() == 0);
    }
  }

  @Test
  void three_versions_within_ten_milliseconds_end_with_the_last_of_them() throws Exception {
    StandInCln cln = new StandInCln(temp);
    cln.update(1);
    try (Watched watched = Watched.byEvents(cln.file())) {
      List<ChannelBackup> written = new ArrayList<>();
      for (int round = 0; round < 300; round++) {
        byte[] last = new byte[0];
        for (int i = 0; i < 3; i++) {
          last = cln.update(2);
          written.add(ChannelBackup.of(last));
          Thread.sleep(2);
        }
        watched.awaitContent(last);
      }
      assertThat(watched.told().stream().skip(1).map(o -> ((Observation.Captured) o).backup()))
          .isSubsetOf(written)
          .hasSizeGreaterThan(written.size() * 8 / 10);
    }
  }

  @Test
  void a_file_without_channels_after_a_good_one_is_told() {
    StandInLnd lnd = new StandInLnd(temp);
    lnd.update(9);
    try (Watched watched = Watched.byEvents(lnd.file())) {
      watched.awaitContent(lnd.update(0));
      byte[] nothing = new byte[0];
      lnd.update(nothing);
      watched.awaitContent(nothing);
    }
  }

  @Test
  void a_file_that_vanishes_is_told_and_so_is_its_return() throws IOException {
    StandInLnd lnd = new StandInLnd(temp);
    byte[] content = lnd.update(1);
    try (Watched watched = Watched.byEvents(lnd.file())) {
      Files.delete(lnd.file());
      watched.awaitLast(Observation.Absent.class);
      lnd.update(content);
      watched.awaitContent(content);
    }
  }

  @Test
  void polling_alone_sees_every_kind_of_change() throws IOException {
    StandInLnd lnd = new StandInLnd(temp.resolve("later"));
    try (Watched watched = new Watched(Duration.ofMillis(50), Events.OFF, lnd.file())) {
      await().until(() -> watched.told().size() == 1);
      watched.awaitContent(lnd.update(2));
      watched.awaitContent(lnd.update(2));
      byte[] inPlace = new byte[45 + 2 * 371];
      Files.write(lnd.file(), inPlace);
      watched.awaitContent(inPlace);
      Files.delete(lnd.file());
      watched.awaitLast(Observation.Absent.class);
    }
  }

  @Test
  void nodes_with_the_same_file_name_are_kept_apart() {
    StandInLnd mainnet = new StandInLnd(temp.resolve("chain/bitcoin/mainnet"));
    StandInLnd testnet = new StandInLnd(temp.resolve("chain/bitcoin/testnet"));
    mainnet.update(1);
    testnet.update(1);
    try (Watched watched = Watched.byEvents(mainnet.file(), testnet.file())) {
      byte[] one = mainnet.update(2);
      byte[] other = testnet.update(2);
      watched.awaitContent(0, one);
      watched.awaitContent(1, other);
      assertThat(watched.told()).hasSize(4);
    }
  }

  @Test
  void two_files_of_one_directory_are_kept_apart() {
    StandInLnd lnd = new StandInLnd(temp);
    StandInCln cln = new StandInCln(temp);
    lnd.update(1);
    cln.update(1);
    try (Watched watched = Watched.byEvents(lnd.file(), cln.file())) {
      watched.awaitContent(0, lnd.update(2));
      watched.awaitContent(1, cln.update(2));
      assertThat(watched.told()).hasSize(4);
    }
  }

  @Test
  void a_torn_read_is_never_told_while_a_writer_writes_in_place() throws Exception {
    Path file = temp.resolve("channel.backup");
    Files.write(file, new byte[8192]);
    try (Watched watched = Watched.byBoth(file);
        RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] block = new byte[1024];
      for (int round = 1; round <= 60; round++) {
        Arrays.fill(block, (byte) round);
        out.seek(0);
        for (int i = 0; i < 8; i++) {
          out.write(block);
          Thread.sleep(1);
        }
        // Now and then the writer rests, so that there is something whole to read.
        Thread.sleep(round % 10 == 0 ? 100 : 0);
      }
      byte[] last = new byte[8192];
      Arrays.fill(last, (byte) 60);
      watched.awaitContent(last);
      assertThat(watched.told())
          .hasSizeGreaterThan(1)
          .allSatisfy(
              o -> {
                byte[] bytes = ((Observation.Captured) o).backup().bytes();
                byte[] whole = new byte[8192];
                Arrays.fill(whole, bytes[0]);
                assertThat(bytes).isEqualTo(whole);
              });
    }
  }

  @Test
  void a_thousand_nodes_that_change_at_once_are_all_told() {
    List<StandInLnd> nodes = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      nodes.add(new StandInLnd(temp.resolve("node" + i)));
      nodes.get(i).update(1);
    }
    try (Watched watched =
        Watched.byEvents(nodes.stream().map(StandInLnd::file).toArray(Path[]::new))) {
      List<ChannelBackup> written =
          nodes.stream().map(node -> ChannelBackup.of(node.update(2))).toList();
      await().until(() -> watched.told().size() >= 2000);
      assertThat(watched.told().stream().map(o -> ((Observation.Captured) o).backup()))
          .hasSize(2000)
          .containsAll(written);
    }
  }

  @Test
  void an_observation_the_sink_refused_is_made_again() throws Exception {
    StandInLnd lnd = new StandInLnd(temp);
    lnd.update(1);
    List<Observation> taken = new CopyOnWriteArrayList<>();
    AtomicInteger calls = new AtomicInteger();
    var node = new Node(new NodeName("n0"), NodeKind.LND, lnd.file());
    try (NodeWatcher watcher =
        NodeWatcher.start(
            List.of(node),
            Duration.ofMillis(50),
            InstantSource.system(),
            observation -> {
              if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("the spool is full");
              }
              taken.add(observation);
            })) {
      await().until(() -> taken.size() == 1);
      assertThat(watcher).isNotNull();
    }
  }
}
