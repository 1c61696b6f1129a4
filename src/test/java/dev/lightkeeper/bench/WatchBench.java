package dev.lightkeeper.bench;

import dev.lightkeeper.health.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** {@code ./bench watch}: exits with 0 if every promise about speed is kept, with 1 if not. */
public final class WatchBench {
  private static final Path PROGRAM = Path.of("target/lightkeeper/bin/lightkeeper");

  private final Site site;
  private final WatchOptions options;
  private final PrintStream progress;

  private WatchBench(Site site, WatchOptions options, PrintStream progress) {
    this.site = site;
    this.options = options;
    this.progress = progress;
  }

  /** Runs everything; takes several minutes. */
  public static void main(String[] arguments) throws InterruptedException {
    // The SSH library tells every connection at INFO.
    Logger.getLogger("").setLevel(Level.WARNING);
    try {
      System.exit(measure(WatchOptions.parse(List.of(arguments))) ? 0 : 1);
    } catch (IllegalArgumentException e) {
      System.err.println("./bench watch: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("./bench watch could not measure: " + e.getMessage());
      System.exit(1);
    }
  }

  private static boolean measure(WatchOptions options) throws IOException, InterruptedException {
    WatchReport report;
    try (Site site = Site.open()) {
      report = new WatchBench(site, options, System.err).run();
    }
    System.out.print(ReportText.of(report));
    if (options.json() != null) {
      Files.writeString(options.json(), Json.print(report) + "\n");
    }
    return report.met();
  }

  private WatchReport run() throws IOException, InterruptedException {
    List<Latencies> latencies = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    if (options.wants("latency")) {
      latency(latencies, figures);
    }
    if (options.wants("churn")) {
      progress.println("one node, 100 changes a second for 30 s …");
      figures.addAll(new ChurnBench(site).run());
    }
    if (options.wants("many")) {
      progress.println("1,000 nodes …");
      figures.add(new ManyNodesBench(site).run());
    }
    if (options.wants("rest")) {
      progress.println("the daemon at rest, 90 s …");
      figures.addAll(new RestBench(site, PROGRAM).run());
    }
    return WatchReport.of(latencies, figures);
  }

  private void latency(List<Latencies> latencies, List<Figure> figures)
      throws IOException, InterruptedException {
    LatencyBench bench = new LatencyBench(site, options.changes(), options.peerChanges());
    for (Line line : Line.values()) {
      progress.println("lightkeeper and its peers, " + line + " …");
      List<Latencies> measured = bench.run(line);
      latencies.addAll(measured);
      figures.addAll(promises(line, measured.getFirst()));
    }
  }

  private static List<Figure> promises(Line line, Latencies own) {
    return switch (line) {
      case LOOPBACK ->
          List.of(
              Figure.of("loopback, median", 5, own.medianMillis(), "ms", ""),
              Figure.of("loopback, p99", 25, own.p99Millis(), "ms", ""));
      case SLOW ->
          List.of(
              Figure.of(
                  "50 ms RTT, median in round trips",
                  1.2,
                  own.medianMillis() / Site.ROUND_TRIP.toMillis(),
                  "RTT",
                  ""));
    };
  }
}
