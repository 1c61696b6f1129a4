package dev.lightkeeper.bench;

import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.stream.AlertSink;
import dev.lightkeeper.stream.StateFolder;
import dev.lightkeeper.stream.StreamSettings;
import dev.lightkeeper.stream.Streamer;
import dev.lightkeeper.stream.WriterIdentity;
import dev.lightkeeper.watch.NodeWatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's watcher, streamer and SFTP remote, wired as the daemon wires them, but for one
 * decorator that notes when publishes were acknowledged.
 */
public final class Streaming implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);
  private static final Duration POLL = Duration.ofSeconds(5);
  private static final Duration TO_SETTLE = Duration.ofSeconds(60);

  private final Acknowledgements acknowledgements;
  private final Streamer streamer;
  private final NodeWatcher watcher;

  private Streaming(Acknowledgements acknowledgements, Streamer streamer, NodeWatcher watcher) {
    this.acknowledgements = acknowledgements;
    this.streamer = streamer;
    this.watcher = watcher;
  }

  /** Streams {@code nodes} to {@code target}; their state is kept in {@code state}. */
  public static Streaming start(List<Node> nodes, SftpTarget target, Path state)
      throws IOException {
    Acknowledgements acknowledgements = new Acknowledgements();
    StateFolder folder = StateFolder.open(state);
    Streamer streamer =
        Streamer.start(
            nodes,
            List.of(new TimedRemote(new SftpRemote("offsite", target), acknowledgements)),
            folder,
            new WriterIdentity(folder.writerId(), "benchmark"),
            StreamSettings.DEFAULT,
            new LoggedAlerts());
    NodeWatcher watcher = NodeWatcher.start(nodes, POLL, InstantSource.system(), streamer::observe);
    return new Streaming(acknowledgements, streamer, watcher);
  }

  /** When the last of {@code contents} was acknowledged; waits for at most {@code limit}. */
  public long arrival(Collection<Sha256> contents, Duration limit)
      throws IOException, InterruptedException {
    return acknowledgements.await(contents, limit);
  }

  /** Waits until every node was streamed and nothing is under way. */
  void settle() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TO_SETTLE.toNanos();
    while (!holdings().stream().allMatch(h -> h.durable() != null && h.behind() == 0)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("not everything arrived within " + TO_SETTLE.toSeconds() + " s");
      }
      Thread.sleep(50);
    }
  }

  /** What the remote holds of each node. */
  List<HoldingStatus> holdings() {
    return streamer.report().remotes().getFirst().nodes();
  }

  @Override
  public void close() {
    watcher.close();
    streamer.close();
  }

  private static final class LoggedAlerts implements AlertSink {
    @Override
    public void raise(Alert alert) {
      LOG.warn("{}", alert);
    }

    @Override
    public void clear(Alert.Key key) {
      LOG.info("over: {}", key);
    }
  }
}
