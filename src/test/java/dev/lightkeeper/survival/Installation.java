package dev.lightkeeper.survival;

import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.stream.BackupOpener;
import dev.lightkeeper.stream.StateFolder;
import dev.lightkeeper.stream.StreamReport;
import dev.lightkeeper.stream.StreamSettings;
import dev.lightkeeper.stream.Streamer;
import dev.lightkeeper.stream.WriterIdentity;
import dev.lightkeeper.watch.NodeWatcher;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Watcher and streamer wired as the daemon wires them, with a state folder of their own. */
final class Installation implements AutoCloseable {
  /** The daemon's settings with shorter waits: what is waited for is the same. */
  static final StreamSettings SETTINGS =
      new StreamSettings(
          64, 256, 200, 256L << 20, 8L << 20, 200, 1_000, 100, 500, 2_000, 3_600_000);

  private static final Duration POLL = Duration.ofSeconds(1);

  private final Path state;
  private final Node node;
  private final List<Remote> remotes;
  private final RecordedAlerts alerts = new RecordedAlerts();
  private volatile Duration clockOffset = Duration.ZERO;
  private BackupOpener opener = BackupOpener.WITHOUT_KEYS;
  private @Nullable Streamer streamer;
  private @Nullable NodeWatcher watcher;

  Installation(Path state, Node node, List<? extends Remote> remotes) {
    this.state = state;
    this.node = node;
    this.remotes = List.copyOf(remotes);
  }

  void start() throws IOException {
    StateFolder folder = StateFolder.open(state);
    Streamer started =
        Streamer.start(
            List.of(node),
            remotes,
            folder,
            new WriterIdentity(folder.writerId(), "host-of-" + state.getFileName()),
            SETTINGS,
            alerts,
            opener);
    streamer = started;
    InstantSource clock = () -> Instant.now().plus(clockOffset);
    watcher = NodeWatcher.start(List.of(node), POLL, clock, started::observe);
  }

  /** Has channel backups opened, from the next start on. */
  void opener(BackupOpener with) {
    opener = with;
  }

  /** Sets the clock that observations are stamped with. */
  void shiftClock(Duration offset) {
    clockOffset = offset;
  }

  /** Ends as on SIGTERM, and says what is left. */
  Streamer.Leftover stop(Duration limit) {
    closeWatcher();
    Streamer.Leftover left = streamer().stop(limit);
    streamer = null;
    return left;
  }

  @Override
  public void close() {
    closeWatcher();
    if (streamer != null) {
      streamer.close();
      streamer = null;
    }
  }

  private void closeWatcher() {
    if (watcher != null) {
      watcher.close();
      watcher = null;
    }
  }

  boolean running() {
    return streamer != null;
  }

  RecordedAlerts alerts() {
    return alerts;
  }

  Path state() {
    return state;
  }

  StreamReport report() {
    return streamer().report();
  }

  RemoteStatus remote(String name) {
    return report().remotes().stream().filter(r -> r.name().equals(name)).findFirst().orElseThrow();
  }

  /** The only node's standing on a remote. */
  HoldingStatus holding(String remote) {
    return remote(remote).nodes().getFirst();
  }

  private Streamer streamer() {
    if (streamer == null) {
      throw new IllegalStateException("not started");
    }
    return streamer;
  }
}
