package dev.lightkeeper.watch;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Observation;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches nodes' channel backups and tells every change, never writing anything and never telling a
 * torn read.
 *
 * <p>Each node is observed once at start, and again whenever its content, or why there is none,
 * differs from its last observation. A file renamed into place is read at once. A file written in
 * place is read when it has been left alone for 20 ms; a writer that pauses for longer in the
 * middle is told in two observations. Changes that follow each other faster than the sink returns
 * may be told as one: the newest is always told.
 *
 * <p>Implementation: java.nio's WatchService, one inotify instance for all nodes. The library
 * directory-watcher was not taken: it stops silently when its directory disappears, reads whole
 * trees at start, needs an instance for every watcher and drops listener exceptions. Directories
 * are watched, never files, since a rename replaces the file; and every directory's identity is
 * compared at each poll, since a watch stays with a directory that was renamed away. Polling goes
 * on beside the events, which some file systems (NFS) do not deliver.
 */
public final class NodeWatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NodeWatcher.class);

  private final List<WatchedNode> nodes;
  private final @Nullable DirectoryEvents events;
  private final CountDownLatch closed = new CountDownLatch(1);

  private NodeWatcher(List<WatchedNode> nodes, @Nullable DirectoryEvents events) {
    this.nodes = nodes;
    this.events = events;
  }

  /**
   * Starts watching; returns before the first observations are made.
   *
   * @param poll how often to look without an event; more than zero
   * @param clock stamps observations; nothing else rests on it
   * @param sink told each node's observations in order, one at a time; several nodes' at once. What
   *     it throws is logged, and the observation made again at the next poll
   */
  public static NodeWatcher start(
      List<Node> nodes, Duration poll, InstantSource clock, Consumer<Observation> sink) {
    return start(nodes, poll, clock, sink, Events.ON);
  }

  static NodeWatcher start(
      List<Node> nodes,
      Duration poll,
      InstantSource clock,
      Consumer<Observation> sink,
      Events wanted) {
    if (!poll.isPositive()) {
      throw new IllegalArgumentException("not a time to poll at: " + poll);
    }
    @Nullable DirectoryEvents events = wanted == Events.ON ? open() : null;
    List<WatchedNode> watched =
        nodes.stream().map(node -> new WatchedNode(node, clock, sink, events)).toList();
    NodeWatcher watcher = new NodeWatcher(watched, events);
    watcher.rescan();
    Thread.ofVirtual().name("watch-poll").start(() -> watcher.poll(poll));
    return watcher;
  }

  /** Has every file read again now, whatever its stamp says; returns at once. */
  public void rescan() {
    nodes.forEach(node -> node.wake(Cause.RESCAN));
  }

  /** Stops watching. No observation is made after it returned, unless the sink hangs for 5 s. */
  @Override
  public void close() {
    closed.countDown();
    if (events != null) {
      events.close();
    }
    nodes.forEach(WatchedNode::close);
  }

  private static @Nullable DirectoryEvents open() {
    try {
      return new DirectoryEvents();
    } catch (IOException e) {
      log.warn(
          "No file system events ({}): files are polled instead, which is slower. Raise the limit:"
              + " sysctl fs.inotify.max_user_instances=1024",
          e.getMessage());
      return null;
    }
  }

  private void poll(Duration interval) {
    Thread round = Thread.currentThread();
    try {
      while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
        if (round != Thread.currentThread() && round.isAlive()) {
          // A file system hangs: now each node waits for its own.
          nodes.forEach(node -> node.wake(Cause.POLL));
        } else {
          round =
              Thread.ofVirtual()
                  .name("watch-round")
                  .start(() -> nodes.forEach(WatchedNode::glance));
        }
      }
    } catch (InterruptedException e) {
      log.debug("polling ends: {}", e.toString());
    }
  }
}
