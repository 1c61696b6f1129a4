package dev.lightkeeper.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code ./bench watch}.
 *
 * @param changes how many changes of lightkeeper's are timed on each line; at least 200
 * @param peerChanges how many of each peer's
 * @param only the parts to run: latency, churn, many, rest; empty for all
 * @param json where the result goes as JSON as well
 */
record WatchOptions(int changes, int peerChanges, Set<String> only, @Nullable Path json) {
  /** Fewer say nothing about one in a hundred. */
  private static final int FEWEST = 200;

  WatchOptions {
    if (changes < FEWEST) {
      throw new IllegalArgumentException("--changes must be at least " + FEWEST);
    }
    if (peerChanges < 1) {
      throw new IllegalArgumentException("--peer-changes must be at least 1");
    }
  }

  /**
   * @throws IllegalArgumentException saying which argument is not understood
   */
  static WatchOptions parse(List<String> arguments) {
    int changes = FEWEST;
    int peerChanges = FEWEST;
    Set<String> only = Set.of();
    Path json = null;
    Iterator<String> rest = arguments.iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      if (!rest.hasNext()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      String value = rest.next();
      switch (option) {
        case "--changes" -> changes = Integer.parseInt(value);
        case "--peer-changes" -> peerChanges = Integer.parseInt(value);
        case "--only" -> only = Set.of(value.split(",", -1));
        case "--json" -> json = Path.of(value);
        default -> throw new IllegalArgumentException("not an option: " + option);
      }
    }
    return new WatchOptions(changes, peerChanges, only, json);
  }

  boolean wants(String part) {
    return only.isEmpty() || only.contains(part);
  }
}
