package dev.lightkeeper.bench;

import java.util.List;

/** How long changes took, in milliseconds. */
record Latencies(
    String line,
    String carrier,
    int changes,
    double medianMillis,
    double p99Millis,
    double maxMillis) {
  /** Of {@code nanos}, which has at least one element. */
  static Latencies of(Line line, String carrier, List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return new Latencies(
        line.toString(),
        carrier,
        sorted.size(),
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        quantile(sorted, 1));
  }

  /** The nearest rank: the smallest value that at least this share of all does not exceed. */
  private static double quantile(List<Long> sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / 1e6;
  }
}
