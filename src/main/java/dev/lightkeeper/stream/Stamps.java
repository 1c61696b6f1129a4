package dev.lightkeeper.stream;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.Version;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/** The latest versions that this process gave out: anything else on a remote is somebody else's. */
final class Stamps {
  private record Stamp(long sequence, Sha256 hash) {}

  /** More than can be published between two listings at payment rate would only cost memory. */
  private static final int MOST = 4_096;

  private final ArrayDeque<Stamp> order = new ArrayDeque<>();
  private final Set<Stamp> stamps = new HashSet<>();
  private long forgottenUpTo;

  void add(Version version) {
    Stamp stamp = new Stamp(version.sequence(), version.hash());
    if (stamps.add(stamp)) {
      order.add(stamp);
    }
    if (order.size() > MOST) {
      Stamp oldest = order.remove();
      stamps.remove(oldest);
      forgottenUpTo = Math.max(forgottenUpTo, oldest.sequence());
    }
  }

  /** Whether {@code version} was given out here, or so long ago that nobody can tell. */
  boolean contains(Version version) {
    return version.sequence() <= forgottenUpTo
        || stamps.contains(new Stamp(version.sequence(), version.hash()));
  }
}
