package dev.lightkeeper.bench;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.TestEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * {@code ./bench backup}: the built program beside the steps of BTCPay's script, on a deployment in
 * small. Exits with 0 if every promise is kept, with 1 if not.
 */
public final class BackupBench {
  private static final Path PROGRAM = Path.of("target/lightkeeper/bin/lightkeeper");
  private static final long MEGABYTE = 1_000_000;

  private final BackupOptions options;
  private final PrintStream progress = System.err;
  private final List<Figure> figures = new ArrayList<>();
  private final List<BackupReport.Run> runs = new ArrayList<>();

  private BackupBench(BackupOptions options) {
    this.options = options;
  }

  /** Runs everything; takes about fifteen minutes. */
  public static void main(String[] arguments) throws InterruptedException {
    Logger.getLogger("").setLevel(Level.WARNING);
    try {
      System.exit(measure(BackupOptions.parse(List.of(arguments))) ? 0 : 1);
    } catch (IllegalArgumentException e) {
      System.err.println("./bench backup: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("./bench backup could not measure: " + e.getMessage());
      System.exit(1);
    }
  }

  private static boolean measure(BackupOptions options) throws IOException, InterruptedException {
    BackupBench bench = new BackupBench(options);
    bench.run();
    BackupReport report = BackupReport.of(bench.runs, bench.figures);
    System.out.print(report.text());
    if (options.json() != null) {
      Files.writeString(options.json(), Json.print(report) + "\n");
    }
    return report.met();
  }

  private void run() throws IOException, InterruptedException {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IOException(PROGRAM + " is not built");
    }
    if (options.wants("size")) {
      sizes();
    }
    if (options.wants("memory")) {
      memory();
    }
    if (options.wants("shipping")) {
      progress.println("shipping 500 MB at 100 ms round trip …");
      figures.addAll(ShippingBench.run(500 * MEGABYTE, 1));
    }
  }

  private interface OnDeployment {
    void measure(SampleDeployment sample, BackupTrial trial)
        throws IOException, InterruptedException;
  }

  private static void on(OnDeployment work) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("lk-bench-");
    try (TestEngine engine = TestEngine.start();
        SampleDeployment sample =
            SampleDeployment.start(engine, Files.createDirectory(folder.resolve("btcpay")))) {
      work.measure(sample, new BackupTrial(sample, PROGRAM.toAbsolutePath(), folder));
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private void sizes() throws IOException, InterruptedException {
    on(
        (sample, trial) -> {
          long filled = 0;
          for (long megabytes : List.of(250L, 1_000L)) {
            sample.fill((megabytes - filled) * MEGABYTE, "of-" + megabytes);
            filled = megabytes;
            size(megabytes + " MB", trial);
          }
        });
  }

  private void size(String size, BackupTrial trial) throws IOException, InterruptedException {
    progress.println(size + " of volumes: the script's steps …");
    BackupReport.Run script = trial.script(size);
    progress.println(size + " of volumes: lightkeeper backup …");
    BackupReport.Run stop = trial.ours(size, "stop");
    BackupReport.Run pause = trial.ours(size, "pause");
    progress.println("stop: %s; pause: %s".formatted(stop.stepMillis(), pause.stepMillis()));
    runs.addAll(List.of(script, stop, pause));
    String peer = "the script's steps: %.1f s down".formatted(script.downSeconds());
    figures.add(Figure.of(size + ", services down, stop", 2.5, stop.downSeconds(), "s", peer));
    figures.add(Figure.of(size + ", services down, pause", 0.5, pause.downSeconds(), "s", peer));
    figures.add(
        Figure.of(
            size + ", whole run, beside the script's steps",
            0.5,
            stop.seconds() / script.seconds(),
            "times",
            "%.1f s against %.1f s".formatted(stop.seconds(), script.seconds())));
    figures.add(
        Figure.of(
            size + ", size of the archive, beside the script's",
            1.03,
            (double) stop.bytes() / script.bytes(),
            "times",
            ""));
    figures.add(
        Figure.of(
            size + ", most memory resident",
            256,
            Math.max(stop.mebibytes(), pause.mebibytes()),
            "MiB",
            ""));
  }

  private void memory() throws IOException, InterruptedException {
    progress.println("100,000 files and a sparse one of 10 GiB …");
    on(
        (sample, trial) -> {
          ManyFiles.in(sample.volume("btcpay_datadir").resolve("many"), 100_000, 10L << 30);
          BackupReport.Run run = trial.ours("100,000 files, 10 GiB sparse", "pause");
          runs.add(run);
          figures.add(
              Figure.of(
                  "100,000 files and a sparse one of 10 GiB, most memory resident",
                  256,
                  run.mebibytes(),
                  "MiB",
                  "%.1f s, services down %.2f s".formatted(run.seconds(), run.downSeconds())));
        });
  }
}
