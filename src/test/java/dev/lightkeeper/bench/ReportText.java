package dev.lightkeeper.bench;

import java.util.List;

/** A {@link WatchReport} as people read it. */
final class ReportText {
  private final StringBuilder text = new StringBuilder();

  private ReportText() {}

  static String of(WatchReport report) {
    ReportText it = new ReportText();
    Machine machine = report.machine();
    it.line(
        "%s, %d cores, %s, %s"
            .formatted(machine.cpu(), machine.cores(), machine.kernel(), machine.java()));
    it.line("");
    it.line(report.definition().replaceAll("(.{1,98})(?: |$)", "$1\n").strip());
    it.line("");
    it.latencies(report.latencies());
    report.figures().forEach(f -> it.line(f.text()));
    it.line("");
    it.line(report.met() ? "Every target is met." : "A target is missed.");
    return it.text.toString();
  }

  private void latencies(List<Latencies> all) {
    if (all.isEmpty()) {
      return;
    }
    line(
        "%-10s %-32s %7s %9s %9s %9s  %s"
            .formatted("line", "", "changes", "median", "p99", "max", "median compared"));
    double ours = 1;
    for (Latencies l : all) {
      boolean first = l.carrier().equals("lightkeeper");
      ours = first ? l.medianMillis() : ours;
      line(
          "%-10s %-32s %7d %9.1f %9.1f %9.1f  %.1f times"
              .formatted(
                  l.line(),
                  l.carrier(),
                  l.changes(),
                  l.medianMillis(),
                  l.p99Millis(),
                  l.maxMillis(),
                  l.medianMillis() / ours));
    }
    line("");
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
