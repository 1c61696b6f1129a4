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
 * @param identity whose they are; null if that is not known
 * @param fork where another node's series ended; null if none did, or everybody was told
 */
public record Inventory(
    Map<String, String> channels,
    Map<String, String> missing,
    @Nullable Instant missingSince,
    @Nullable String identity,
    @Nullable Fork fork) {
  private static final int MOST_NAMED = 5;

  public Inventory {
    channels = Map.copyOf(channels);
    missing = Map.copyOf(missing);
    if (missing.isEmpty() != (missingSince == null)) {
      throw new IllegalArgumentException("missing channels have a time, no others do");
    }
  }

  /**
   * The end of another node's series.
   *
   * @param last the sequence of its last version
   * @param at when the first version of the next was seen
   * @param held what the last held, for people
   */
  public record Fork(long last, Instant at, String held) {}

  /** That of the first version that was opened. */
  static Inventory of(Opening.Opened opened) {
    return new Inventory(described(opened), Map.of(), null, opened.identity(), null);
  }

  /** Whether {@code opened} is of another node than this. */
  private boolean another(Opening.Opened opened) {
    return identity != null && opened.identity() != null && !identity.equals(opened.identity());
  }

  /**
   * That of the version after this one.
   *
   * @param last the sequence of this one
   */
  Inventory next(Opening.Opened opened, long last, Instant now) {
    if (another(opened)) {
      // Its channels are not this node's, so that none of them is missing.
      return new Inventory(
          described(opened),
          Map.of(),
          null,
          opened.identity(),
          new Fork(last, now, names(channels)));
    }
    if (!opened.complete()) {
      return this; // what was not read may be there
    }
    Map<String, String> present = described(opened);
    Map<String, String> gone = new TreeMap<>(missing);
    channels.forEach((outpoint, words) -> gone.put(outpoint, words + ", last in version " + last));
    gone.keySet().removeAll(present.keySet());
    boolean more = !missing.keySet().containsAll(gone.keySet());
    return new Inventory(
        present,
        gone,
        gone.isEmpty() ? null : more || missingSince == null ? now : missingSince,
        opened.identity() == null ? identity : opened.identity(),
        fork);
  }

  /** The same when nobody needs to be told any more. */
  Inventory settled() {
    return new Inventory(channels, Map.of(), null, identity, fork);
  }

  /** The same when everybody was told of the fork. */
  Inventory joined() {
    return new Inventory(channels, missing, missingSince, identity, null);
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
