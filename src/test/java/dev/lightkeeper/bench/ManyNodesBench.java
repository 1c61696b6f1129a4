package dev.lightkeeper.bench;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thousand nodes that change once each within one second, over the slow line. */
final class ManyNodesBench {
  private static final int NODES = 1000;
  private static final int CHANNELS = 5;
  private static final int WRITERS = 8;
  private static final Duration WITHIN = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Site site;

  ManyNodesBench(Site site) {
    this.site = site;
  }

  Figure run() throws IOException, InterruptedException {
    Path folder = site.newFolder("nodes");
    List<StandInLnd> lnds = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      NodeName name = new NodeName("node-%04d".formatted(i));
      StandInLnd lnd = new StandInLnd(folder.resolve(name.value()));
      lnd.update(CHANNELS);
      lnds.add(lnd);
      nodes.add(new Node(name, NodeKind.LND, lnd.file()));
    }
    SftpTarget target = site.newTarget(Line.SLOW, "many");
    try (Streaming streaming = Streaming.start(nodes, target, site.newFolder("state"))) {
      streaming.settle();
      return measure(lnds, nodes, target, streaming);
    }
  }

  private static Figure measure(
      List<StandInLnd> lnds, List<Node> nodes, SftpTarget target, Streaming streaming)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<Sha256> contents = changeAll(lnds, start);
    double changed = (System.nanoTime() - start) / 1e9;
    double durable = (streaming.arrival(contents, LIMIT) - start) / 1e9;
    for (int i = 0; i < NODES; i++) {
      StoredVersions.of(target, nodes.get(i).name()).mustHold(contents.get(i));
    }
    return Figure.of(
        "1,000 nodes change once each within a second at 50 ms RTT: first change to all durable",
        3,
        durable,
        "s",
        "the changes themselves took %.2f s".formatted(changed));
  }

  private static List<Sha256> changeAll(List<StandInLnd> lnds, long start)
      throws IOException, InterruptedException {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Callable<Sha256>> changes = new ArrayList<>();
      for (int i = 0; i < lnds.size(); i++) {
        StandInLnd lnd = lnds.get(i);
        long due = start + i * WITHIN.toNanos() / lnds.size();
        changes.add(() -> changeAt(lnd, due));
      }
      List<Sha256> contents = new ArrayList<>();
      for (Future<Sha256> change : writers.invokeAll(changes)) {
        contents.add(change.get());
      }
      return contents;
    } catch (ExecutionException e) {
      throw new IOException("a node's file cannot be written", e);
    }
  }

  private static Sha256 changeAt(StandInLnd lnd, long due) {
    for (long wait; (wait = due - System.nanoTime()) > TimeUnit.MICROSECONDS.toNanos(50); ) {
      LockSupport.parkNanos(wait);
    }
    return Sha256.of(lnd.update(CHANNELS));
  }
}
