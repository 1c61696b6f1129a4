package dev.lightkeeper.watch;

import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes care about which names in one directory, and what its events mean to them.
 *
 * <p>Java reports {@code rename(a, b)} as "a deleted, b created", and the kernel holds the
 * directory's lock over both, so no other entry's creation or deletion comes between. A file
 * created in place has no such deletion before it. The deleted name must have been seen created or
 * written, so that tidying up an old file before creating another is not taken for a rename.
 */
final class WatchedDirectory {
  private static final int MOST_NAMES = 1024;

  private final Map<Path, Map<WatchedNode, Boolean>> nodes = new HashMap<>();
  private final Set<Path> written = new HashSet<>();
  private @Nullable Path justLeft;

  void add(WatchPoint point, WatchedNode node) {
    nodes.computeIfAbsent(point.name(), n -> new HashMap<>()).put(node, point.holdsFile());
  }

  void remove(WatchPoint point, WatchedNode node) {
    Map<WatchedNode, Boolean> interested = nodes.getOrDefault(point.name(), new HashMap<>());
    interested.remove(node);
    if (interested.isEmpty()) {
      nodes.remove(point.name());
    }
  }

  boolean isEmpty() {
    return nodes.isEmpty();
  }

  Set<WatchedNode> nodes() {
    Set<WatchedNode> all = new HashSet<>();
    nodes.values().forEach(interested -> all.addAll(interested.keySet()));
    return all;
  }

  void happened(WatchEvent<?> event) {
    if (!(event.context() instanceof Path name)) {
      justLeft = null;
      written.clear();
      nodes().forEach(node -> node.wake(Cause.RESCAN));
      return;
    }
    boolean arrived =
        StandardWatchEventKinds.ENTRY_CREATE.equals(event.kind())
            && justLeft != null
            && !justLeft.equals(name);
    remember(event.kind(), name);
    nodes
        .getOrDefault(name, Map.of())
        .forEach(
            (node, holdsFile) -> node.wake(arrived && holdsFile ? Cause.ARRIVED : Cause.TOUCHED));
  }

  private void remember(WatchEvent.Kind<?> kind, Path name) {
    if (Objects.equals(kind, StandardWatchEventKinds.ENTRY_DELETE)) {
      justLeft = written.remove(name) ? name : null;
      return;
    }
    if (Objects.equals(kind, StandardWatchEventKinds.ENTRY_CREATE)) {
      justLeft = null;
    }
    if (written.size() >= MOST_NAMES) {
      written.clear();
    }
    written.add(name);
  }
}
