package dev.lightkeeper.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code ./bench watch}.
 *
 * @param changes how many changes of lightkeeper's are timed on each line; peers' are at most 30
 * @param only the parts to run: latency, churn, many, rest; empty for all
 * @param json where the result goes as JSON as well
 */
record WatchOptions(int changes, Set<String> only, @Nullable Path json) {
  /**
   * @throws IllegalArgumentException saying which argument is not understood
   */
  static WatchOptions parse(List<String> arguments) {
    int changes = 200;
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
        case "--only" -> only = Set.of(value.split(",", -1));
        case "--json" -> json = Path.of(value);
        default -> throw new IllegalArgumentException("not an option: " + option);
      }
    }
    return new WatchOptions(changes, only, json);
  }

  boolean wants(String part) {
    return only.isEmpty() || only.contains(part);
  }
}
