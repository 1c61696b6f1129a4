package dev.lightkeeper.bench;

import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One change after another, each timed from its rename until the client knows it arrived. */
final class LatencyBench {
  private static final int CHANNELS = 50;
  // A daemon runs for months: what it does in its first second of life is not what it promises.
  private static final int WARM_UP = 60;
  private static final int PEER_WARM_UP = 2;

  private final Site site;
  private final int changes;
  private final int peerChanges;
  private final SplittableRandom random = new SplittableRandom(1);

  LatencyBench(Site site, int changes, int peerChanges) {
    this.site = site;
    this.changes = changes;
    this.peerChanges = peerChanges;
  }

  /** Lightkeeper and every peer over {@code line}. */
  List<Latencies> run(Line line) throws IOException, InterruptedException {
    List<Latencies> all = new ArrayList<>();
    all.add(lightkeeper(line));
    for (Peer peer : Peer.values()) {
      all.add(peer(line, peer));
    }
    return all;
  }

  private Latencies lightkeeper(Line line) throws IOException, InterruptedException {
    StandInLnd lnd = new StandInLnd(site.newFolder("node"));
    lnd.update(CHANNELS);
    SftpTarget target = site.newTarget(line, "lightkeeper");
    try (Carrier carrier = LightkeeperCarrier.start(lnd.file(), target, site.newFolder("state"))) {
      return measure(line, carrier, lnd, WARM_UP, changes);
    }
  }

  private Latencies peer(Line line, Peer peer) throws IOException, InterruptedException {
    StandInLnd lnd = new StandInLnd(site.newFolder("node"));
    lnd.update(CHANNELS);
    SftpTarget target = site.newTarget(line, "peer");
    try (Carrier carrier = PeerCarrier.start(peer, lnd.file(), target, site.newFolder("scratch"))) {
      return measure(line, carrier, lnd, PEER_WARM_UP, peerChanges);
    }
  }

  private Latencies measure(Line line, Carrier carrier, StandInLnd lnd, int warmUp, int measured)
      throws IOException, InterruptedException {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < warmUp + measured; i++) {
      Thread.sleep(random.nextLong(50, 150));
      byte[] content = lnd.update(CHANNELS);
      long renamed = System.nanoTime();
      long arrived = carrier.arrival(content);
      if (i >= warmUp) {
        nanos.add(arrived - renamed);
      }
    }
    return Latencies.of(line, carrier.name(), nanos);
  }
}
