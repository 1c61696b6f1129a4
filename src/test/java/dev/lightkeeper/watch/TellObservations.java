package dev.lightkeeper.watch;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Observation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** A program that prints what it observes, a line each, until its input ends. */
final class TellObservations {
  private TellObservations() {}

  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Node node = new Node(new NodeName("n"), NodeKind.LND, Path.of(args[0]));
    try (NodeWatcher watcher =
        NodeWatcher.start(
            List.of(node),
            Duration.ofMillis(100),
            InstantSource.system(),
            observation -> out.println(line(observation)))) {
      while (System.in.read() >= 0) {
        watcher.rescan();
      }
    }
  }

  private static String line(Observation observation) {
    return switch (observation) {
      case Observation.Captured captured -> "captured " + captured.backup().hash();
      case Observation.Absent absent -> "absent " + absent.reason();
      case Observation.Unreadable unreadable -> "unreadable " + unreadable.reason();
    };
  }
}
