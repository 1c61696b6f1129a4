package dev.lightkeeper.bench;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** All that {@code ./bench backup} found out. */
record BackupReport(
    String benchmark,
    Instant date,
    Machine machine,
    String definition,
    List<Run> runs,
    List<Figure> figures,
    boolean met) {
  private static final String DEFINITION =
      "One deployment in small: postgres, stand-ins for BTCPay, LND, Core Lightning, tor and"
          + " bitcoind, half of the volumes' bytes incompressible. Encrypted, not shipped."
          + " lightkeeper reads its archive back and compares it, which is in its time; the"
          + " script's steps (pg_dumpall | gzip, compose down, tar -cz | gpg, compose up) do not."
          + " Services down: until the last container is started.";

  /**
   * One backup.
   *
   * @param mebibytes most memory resident; 0 if it was not measured
   * @param stepMillis where the time went, as far as the program says
   */
  record Run(
      String size,
      String by,
      double seconds,
      double downSeconds,
      long bytes,
      double mebibytes,
      Map<String, Long> stepMillis) {
    Run {
      stepMillis = Map.copyOf(stepMillis);
    }
  }

  BackupReport {
    runs = List.copyOf(runs);
    figures = List.copyOf(figures);
  }

  static BackupReport of(List<Run> runs, List<Figure> figures) throws IOException {
    return new BackupReport(
        "backup",
        Instant.now(),
        Machine.here(),
        DEFINITION,
        runs,
        figures,
        figures.stream().allMatch(Figure::met));
  }

  /** As people read it. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, %d cores, %s, %s%n%n"
            .formatted(machine.cpu(), machine.cores(), machine.kernel(), machine.java()));
    text.append(definition.replaceAll("(.{1,98})(?: |$)", "$1\n")).append('\n');
    if (!runs.isEmpty()) {
      text.append(
          "%-30s %-20s %9s %9s %12s %9s%n"
              .formatted("volumes", "", "run, s", "down, s", "bytes", "MiB"));
    }
    for (Run run : runs) {
      text.append(
          "%-30s %-20s %9.1f %9.2f %12d %9.0f%n"
              .formatted(
                  run.size(),
                  run.by(),
                  run.seconds(),
                  run.downSeconds(),
                  run.bytes(),
                  run.mebibytes()));
    }
    text.append('\n');
    figures.forEach(f -> text.append(f.text()).append('\n'));
    text.append(met ? "\nEvery target is met.\n" : "\nA target is missed.\n");
    return text.toString();
  }
}
