package dev.lightkeeper.stream;

import dev.lightkeeper.scb.BackedUpChannel;
import dev.lightkeeper.scb.Opening;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a node's last good version, and those that went missing before.
 *
 * @param channels by outpoint, described for people
 * @param missing the same of those that an earlier version held
 * @param missingSince when the last of them went missing; null if none is
 */
public record Inventory(
    Map<String, String> channels, Map<String, String> missing, @Nullable Instant missingSince) {
  private static final int MOST_NAMED = 5;

  public Inventory {
    channels = Map.copyOf(channels);
    missing = Map.copyOf(missing);
    if (missing.isEmpty() != (missingSince == null)) {
      throw new IllegalArgumentException("missing channels have a time, no others do");
    }
  }

  /** That of the first version that was opened. */
  static Inventory of(Opening.Opened opened) {
    return new Inventory(described(opened), Map.of(), null);
  }

  /**
   * That of the version after this one.
   *
   * @param last the sequence of this one
   */
  Inventory next(Opening.Opened opened, long last, Instant now) {
    if (!opened.complete()) {
      return this; // what was not read may be there
    }
    Map<String, String> present = described(opened);
    Map<String, String> gone = new TreeMap<>(missing);
    channels.forEach((outpoint, words) -> gone.put(outpoint, words + ", last in version " + last));
    gone.keySet().removeAll(present.keySet());
    boolean more = !missing.keySet().containsAll(gone.keySet());
    return new Inventory(
        present, gone, gone.isEmpty() ? null : more || missingSince == null ? now : missingSince);
  }

  /** The same when nobody needs to be told any more. */
  Inventory settled() {
    return new Inventory(channels, Map.of(), null);
  }

  /** Some channels for a person, and how many there are beyond those. */
  static String names(Map<String, String> channels) {
    String named =
        new TreeMap<>(channels)
            .values().stream().limit(MOST_NAMED).collect(Collectors.joining("; "));
    int more = channels.size() - MOST_NAMED;
    return more > 0 ? named + "; and " + more + " more" : named;
  }

  private static Map<String, String> described(Opening.Opened opened) {
    Map<String, String> channels = new TreeMap<>();
    for (BackedUpChannel c : opened.channels()) {
      channels.put(
          c.outpoint(), "%s of %d sat with %s".formatted(c.outpoint(), c.capacity(), c.peer()));
    }
    return channels;
  }
}
