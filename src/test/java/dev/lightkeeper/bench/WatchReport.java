package dev.lightkeeper.bench;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * All that {@code ./bench watch} found out.
 *
 * @param roundTripMillis what the slow line adds
 */
record WatchReport(
    String benchmark,
    Instant date,
    Machine machine,
    String definition,
    long roundTripMillis,
    List<Latencies> latencies,
    List<Figure> figures,
    boolean met) {
  private static final String DEFINITION =
      "Milliseconds from rename(2) of channel.backup returning to the client knowing that the"
          + " content is at the server under its final name. lightkeeper: the publish was"
          + " acknowledged, after fsync and rename on the server. Peers: the command in the shell"
          + " loop returned; scp and rclone do not fsync. Every arrival was checked on the server.";

  WatchReport {
    latencies = List.copyOf(latencies);
    figures = List.copyOf(figures);
  }

  static WatchReport of(List<Latencies> latencies, List<Figure> figures) throws IOException {
    return new WatchReport(
        "watch",
        Instant.now(),
        Machine.here(),
        DEFINITION,
        Site.ROUND_TRIP.toMillis(),
        latencies,
        figures,
        figures.stream().allMatch(Figure::met));
  }
}
