package dev.lightkeeper.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code ./bench backup}.
 *
 * @param only the parts to run: size, memory, shipping; empty for all
 * @param json where the result goes as JSON as well
 */
record BackupOptions(Set<String> only, @Nullable Path json) {
  /**
   * @throws IllegalArgumentException saying which argument is not understood
   */
  static BackupOptions parse(List<String> arguments) {
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
        case "--only" -> only = Set.of(value.split(",", -1));
        case "--json" -> json = Path.of(value);
        default -> throw new IllegalArgumentException("not an option: " + option);
      }
    }
    return new BackupOptions(only, json);
  }

  boolean wants(String part) {
    return only.isEmpty() || only.contains(part);
  }
}
