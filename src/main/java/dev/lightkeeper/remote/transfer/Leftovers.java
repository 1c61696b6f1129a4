package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.remote.RemoteException;
import java.time.Duration;
import java.time.Instant;

/** Removes unfinished files that nobody will continue, as far as the server lets. */
final class Leftovers {
  // Another installation may be at a younger one, or come back to it.
  private static final Duration STALE = Duration.ofDays(3);

  private Leftovers() {}

  /** Removes all that were not written to for days, but for {@code current}. */
  static void sweep(Lane lane, String current) throws RemoteException {
    Instant before = Instant.now().minus(STALE);
    for (Lane.Entry entry : lane.list()) {
      if (PartName.matches(entry.name())
          && !entry.name().equals(current)
          && entry.modified().isBefore(before)
          && !lane.remove(entry.name())) {
        return;
      }
    }
  }
}
