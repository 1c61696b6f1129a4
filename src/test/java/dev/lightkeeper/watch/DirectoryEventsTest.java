package dev.lightkeeper.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is registered with the system, and what is left for its caller to do. */
class DirectoryEventsTest {
  @TempDir Path temp;

  @Test
  void a_directory_that_vanished_before_it_could_be_registered_has_its_caller_look_again()
      throws IOException {
    Path directory = Files.createDirectory(temp.resolve("mainnet"));
    Path file = directory.resolve("channel.backup");
    Set<WatchPoint> points = WatchPoint.of(file);
    Files.delete(directory);
    try (DirectoryEvents events = new DirectoryEvents()) {
      WatchedNode node = node(file, events);
      assertThat(events.follow(node, points)).isTrue();
      assertThat(events.reaches(node)).isFalse();
      assertThat(events.follow(node, WatchPoint.of(file))).isTrue();
      assertThat(events.reaches(node)).isTrue();
      assertThat(events.follow(node, WatchPoint.of(file))).isFalse();
    }
  }

  private static WatchedNode node(Path file, DirectoryEvents events) {
    return new WatchedNode(
        new Node(new NodeName("lnd"), NodeKind.LND, file),
        InstantSource.system(),
        observation -> {},
        events);
  }
}
