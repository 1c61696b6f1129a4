package dev.lightkeeper.bench;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Lightkeeper, with one node. */
final class LightkeeperCarrier implements Carrier {
  private static final NodeName NODE = new NodeName("lnd-mainnet");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Streaming streaming;
  private final StoredVersions stored;

  private LightkeeperCarrier(Streaming streaming, StoredVersions stored) {
    this.streaming = streaming;
    this.stored = stored;
  }

  static LightkeeperCarrier start(Path file, SftpTarget target, Path state) throws IOException {
    Streaming streaming =
        Streaming.start(List.of(new Node(NODE, NodeKind.LND, file)), target, state);
    return new LightkeeperCarrier(streaming, StoredVersions.of(target, NODE));
  }

  @Override
  public String name() {
    return "lightkeeper";
  }

  @Override
  public long arrival(byte[] content) throws IOException, InterruptedException {
    Sha256 hash = Sha256.of(content);
    long at = streaming.arrival(List.of(hash), LIMIT);
    stored.mustHold(hash);
    return at;
  }

  @Override
  public void close() {
    streaming.close();
  }
}
