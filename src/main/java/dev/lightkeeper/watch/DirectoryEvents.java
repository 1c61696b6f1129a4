package dev.lightkeeper.watch;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of every directory of interest, from one inotify instance (the default limit is 128
 * for a user).
 */
final class DirectoryEvents implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DirectoryEvents.class);

  private final WatchService service;
  private final Map<WatchKey, WatchedDirectory> directories = new HashMap<>();
  private final Map<WatchedNode, Map<WatchPoint, WatchKey>> followed = new HashMap<>();
  private boolean refused;

  /**
   * @throws IOException if the system has no inotify instance left
   */
  DirectoryEvents() throws IOException {
    service = FileSystems.getDefault().newWatchService();
    Thread.ofPlatform().name("directory-events").daemon().start(this::listen);
  }

  /**
   * From now on events at {@code points} wake {@code node}, and those at its earlier points do not.
   * True if something had to be registered, or vanished before it could be: what happened before is
   * then for the caller to look at.
   */
  synchronized boolean follow(WatchedNode node, Set<WatchPoint> points) {
    Map<WatchPoint, WatchKey> old = followed.getOrDefault(node, Map.of());
    if (old.keySet().equals(points) && old.values().stream().allMatch(WatchKey::isValid)) {
      return false;
    }
    Map<WatchPoint, WatchKey> fresh = new HashMap<>();
    boolean vanished = false;
    for (WatchPoint point : points) {
      vanished |= !register(point, fresh);
    }
    fresh.forEach(
        (point, key) ->
            directories.computeIfAbsent(key, k -> new WatchedDirectory()).add(point, node));
    old.forEach((point, key) -> leave(node, point, key, fresh));
    followed.put(node, fresh);
    return vanished || !fresh.isEmpty();
  }

  /** Whether all that was registered for {@code node}, and something was, still stands. */
  synchronized boolean reaches(WatchedNode node) {
    Map<WatchPoint, WatchKey> keys = followed.getOrDefault(node, Map.of());
    return !keys.isEmpty() && keys.values().stream().allMatch(WatchKey::isValid);
  }

  /** False if the directory is gone by now. */
  private boolean register(WatchPoint point, Map<WatchPoint, WatchKey> keys) {
    try {
      keys.put(
          point,
          point
              .directory()
              .register(
                  service,
                  StandardWatchEventKinds.ENTRY_CREATE,
                  StandardWatchEventKinds.ENTRY_MODIFY,
                  StandardWatchEventKinds.ENTRY_DELETE));
    } catch (ClosedWatchServiceException e) {
      log.debug("closed while registering {}", point.directory());
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    } catch (IOException e) {
      if (!refused) {
        refused = true;
        log.warn(
            "No file system events for {} ({}): it is polled instead, which is slower. If the limit"
                + " of watches is reached, raise it: sysctl fs.inotify.max_user_watches=1048576",
            point.directory(),
            e.getMessage());
      }
    }
    return true;
  }

  private void leave(
      WatchedNode node, WatchPoint point, WatchKey key, Map<WatchPoint, WatchKey> fresh) {
    WatchedDirectory directory = directories.get(key);
    if (directory == null || key.equals(fresh.get(point))) {
      return;
    }
    directory.remove(point, node);
    // A path that led elsewhere before may share its key and name with a fresh point.
    fresh.forEach(
        (kept, at) -> {
          if (at.equals(key)) {
            directory.add(kept, node);
          }
        });
    if (directory.isEmpty()) {
      directories.remove(key);
      key.cancel();
    }
  }

  private void listen() {
    try {
      while (true) {
        dispatch(service.take());
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      log.debug("file system events end: {}", e.toString());
    }
  }

  private synchronized void dispatch(WatchKey key) {
    WatchedDirectory directory = directories.get(key);
    for (WatchEvent<?> event : key.pollEvents()) {
      if (directory != null) {
        directory.happened(event);
      }
    }
    if (!key.reset() && directory != null) {
      directories.remove(key);
      Set<WatchedNode> orphans = new HashSet<>(directory.nodes());
      orphans.forEach(node -> node.wake(Cause.TOUCHED));
    }
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      log.debug("closing the watch service: {}", e.toString());
    }
  }
}
