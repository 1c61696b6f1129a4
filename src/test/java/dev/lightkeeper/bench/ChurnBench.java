package dev.lightkeeper.bench;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One node that changes a hundred times a second over the slow line. */
final class ChurnBench {
  private static final NodeName NODE = new NodeName("churning");
  private static final int CHANNELS = 20;
  private static final int A_SECOND = 100;
  private static final Duration TIME = Duration.ofSeconds(30);

  private final Site site;

  ChurnBench(Site site) {
    this.site = site;
  }

  List<Figure> run() throws IOException, InterruptedException {
    StandInLnd lnd = new StandInLnd(site.newFolder("node"));
    SftpTarget target = site.newTarget(Line.SLOW, "churn");
    Node node = new Node(NODE, NodeKind.LND, lnd.file());
    lnd.update(CHANNELS);
    try (Streaming streaming = Streaming.start(List.of(node), target, site.newFolder("state"))) {
      streaming.settle();
      StoredVersions stored = StoredVersions.of(target, NODE);
      int before = stored.count();
      int changes = (int) (A_SECOND * TIME.toSeconds());
      Sha256 newest = change(lnd, changes);
      streaming.settle();
      stored.mustHold(newest);
      return figures(
          changes, stored.count() - before, streaming.holdings().getFirst().superseded());
    }
  }

  private static Sha256 change(StandInLnd lnd, int changes) throws IOException {
    long start = System.nanoTime();
    byte[] content = new byte[0];
    for (int i = 0; i < changes; i++) {
      long due = start + i * TimeUnit.SECONDS.toNanos(1) / A_SECOND;
      for (long wait; (wait = due - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(wait);
      }
      content = lnd.update(CHANNELS);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (seconds > TIME.toSeconds() * 1.1) {
      throw new IOException(
          "this disk is too slow: %d changes took %.1f s".formatted(changes, seconds));
    }
    return Sha256.of(content);
  }

  private static List<Figure> figures(int changes, int versions, long superseded) {
    String note =
        "%d changes: %d versions, %d counted as superseded"
            .formatted(changes, versions, superseded);
    return List.of(
        Figure.of(
            "100 changes a second for 30 s at 50 ms RTT: not a version of its own",
            20,
            100.0 * (changes - versions) / changes,
            "%",
            note),
        Figure.of(
            "… neither a version nor counted as superseded",
            0,
            (double) (changes - versions - superseded),
            "changes",
            ""));
  }
}
