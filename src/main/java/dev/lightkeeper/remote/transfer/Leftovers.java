package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.remote.RemoteException;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes unfinished files that nobody will continue, as far as the server lets. */
final class Leftovers {
  // Another installation may be at a younger one, or come back to it.
  private static final Duration STALE = Duration.ofDays(3);

  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

  private Leftovers() {}

  /** Removes all that were not written to for days, but for {@code current}; in the background. */
  static void sweep(Lane lane, String current) {
    Thread.ofVirtual()
        .name("archive-sweep")
        .start(
            () -> {
              try {
                removeStale(lane, current);
              } catch (RemoteException e) {
                LOG.debug("Leftovers stay: {}", e.getMessage());
              }
            });
  }

  private static void removeStale(Lane lane, String current) throws RemoteException {
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
