package dev.lightkeeper.archive;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What a manifest says of the archive as a whole.
 *
 * @param tool program and version that made it
 * @param host the name of the host it is of
 * @param facts what else its maker knows, as JSON has it: texts, numbers, lists, maps
 */
public record ManifestHead(
    String tool, Instant created, ArchiveMode mode, String host, Map<String, Object> facts) {
  /** The facts are copied. */
  public ManifestHead {
    facts = Map.copyOf(facts);
  }

  /** The same, with more facts. */
  ManifestHead with(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(facts);
    all.putAll(more);
    return new ManifestHead(tool, created, mode, host, all);
  }
}
