package dev.lightkeeper.cli;

import dev.lightkeeper.scb.BackedUpChannel;
import dev.lightkeeper.scb.Opening;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a version holds, and what it added and lost since the one before it that was opened.
 *
 * @param opened null if nobody tried
 * @param channels null if that is not known
 * @param added outpoints; null if there is nothing to compare with
 * @param lost outpoints; null if there is nothing to compare with
 */
record VersionChanges(
    @Nullable Boolean opened,
    @Nullable Integer channels,
    @Nullable List<String> added,
    @Nullable List<String> lost) {

  /** Of each of {@code kept}, which are in order within each node and remote. */
  static List<VersionChanges> of(List<Holdings.Kept> kept) {
    Map<String, Set<String>> before = new HashMap<>();
    List<VersionChanges> changes = new ArrayList<>();
    for (Holdings.Kept k : kept) {
      changes.add(
          switch (k.opening()) {
            case Opening.NotTried _ -> new VersionChanges(null, null, null, null);
            case Opening.NotOpened _ -> new VersionChanges(false, null, null, null);
            case Opening.Opened o when !o.complete() ->
                new VersionChanges(true, o.count(), null, null);
            case Opening.Opened o -> {
              Set<String> now = new HashSet<>();
              o.channels().stream().map(BackedUpChannel::outpoint).forEach(now::add);
              Set<String> then = before.put(k.remote() + "/" + k.node(), now);
              yield new VersionChanges(true, now.size(), beyond(now, then), beyond(then, now));
            }
          });
    }
    return changes;
  }

  private static @Nullable List<String> beyond(
      @Nullable Set<String> some, @Nullable Set<String> others) {
    return some == null || others == null
        ? null
        : some.stream().filter(c -> !others.contains(c)).sorted().toList();
  }

  /** {@code 3}, {@code 3 (+1 -2)}, {@code not opened}, {@code SUSPECT}. */
  String words() {
    if (opened == null) {
      return "not opened";
    }
    if (!opened) {
      return "SUSPECT";
    }
    String count = channels == null ? "?" : channels.toString();
    String more = added == null || added.isEmpty() ? "" : "+" + added.size();
    String fewer = lost == null || lost.isEmpty() ? "" : "-" + lost.size();
    String both = (more + " " + fewer).strip();
    return both.isEmpty() ? count : count + " (" + both + ")";
  }
}
