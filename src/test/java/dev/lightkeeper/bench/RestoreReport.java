package dev.lightkeeper.bench;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** All that {@code ./bench restore} found out. */
record RestoreReport(
    String benchmark,
    Instant date,
    Machine machine,
    String definition,
    List<Run> runs,
    List<Figure> figures,
    boolean met) {
  private static final String DEFINITION =
      "One deployment in small: postgres with rows, stand-ins for BTCPay, LND, Core Lightning, tor"
          + " and bitcoind, half of the volumes' bytes incompressible. The same encrypted archive,"
          + " on a host with a fresh stack. lightkeeper checks all of the archive before it touches"
          + " anything, and waits until all services stay up, which is in its time; the script's"
          + " steps (gpg, tar -xz, compose down, cp -a, psql, compose up) do neither. Extra disk:"
          + " the most there is at once beyond what there was, without the databases' own files.";

  /**
   * One restore.
   *
   * @param archive whose
   * @param extraBytes most disk taken at once
   * @param mebibytes most memory resident; 0 if it was not measured
   */
  record Run(String archive, String by, double seconds, long extraBytes, double mebibytes) {}

  RestoreReport {
    runs = List.copyOf(runs);
    figures = List.copyOf(figures);
  }

  static RestoreReport of(List<Run> runs, List<Figure> figures) throws IOException {
    return new RestoreReport(
        "restore",
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
    text.append(
        "%-34s %-20s %9s %14s %9s%n".formatted("archive", "", "run, s", "extra, bytes", "MiB"));
    for (Run run : runs) {
      text.append(
          "%-34s %-20s %9.1f %14d %9.0f%n"
              .formatted(
                  run.archive(), run.by(), run.seconds(), run.extraBytes(), run.mebibytes()));
    }
    text.append('\n');
    figures.forEach(f -> text.append(f.text()).append('\n'));
    text.append(met ? "\nEvery target is met.\n" : "\nA target is missed.\n");
    return text.toString();
  }
}
