package dev.lightkeeper.bench;

import dev.lightkeeper.health.Json;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.ScriptSteps;
import dev.lightkeeper.testing.TestEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./bench restore}: the built program beside the steps of BTCPay's script, the same archive.
 * Exits with 0 if every promise is kept, with 1 if not.
 */
public final class RestoreBench {
  private static final Path PROGRAM =
      Path.of("target/lightkeeper/bin/lightkeeper").toAbsolutePath();
  private static final long MEGABYTE = 1_000_000;
  private static final String PASSPHRASE = "a benchmark's passphrase";

  private final PrintStream progress = System.err;
  private final List<Figure> figures = new ArrayList<>();
  private final List<RestoreReport.Run> runs = new ArrayList<>();
  private final SampleDeployment sample;
  private final Path folder;
  private final Path passphrase;
  private final Path root;

  private RestoreBench(SampleDeployment sample, Path folder) throws IOException {
    this.sample = sample;
    this.folder = folder;
    this.passphrase = Files.writeString(folder.resolve("passphrase"), PASSPHRASE + "\n");
    this.root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
  }

  /** Runs everything; takes some minutes. */
  public static void main(String[] arguments) throws InterruptedException {
    Logger.getLogger("").setLevel(Level.WARNING);
    Path json = null;
    long megabytes = 2_000;
    try {
      Iterator<String> rest = List.of(arguments).iterator();
      while (rest.hasNext()) {
        switch (rest.next()) {
          case "--json" -> json = Path.of(rest.next());
          case "--megabytes" -> megabytes = Long.parseLong(rest.next());
          default -> throw new IllegalArgumentException("known are --json and --megabytes");
        }
      }
    } catch (IllegalArgumentException | NoSuchElementException e) {
      System.err.println("./bench restore: " + e.getMessage());
      System.exit(2);
    }
    try {
      System.exit(measure(json, megabytes) ? 0 : 1);
    } catch (IOException e) {
      System.err.println("./bench restore could not measure: " + e.getMessage());
      System.exit(1);
    }
  }

  private static boolean measure(@Nullable Path json, long megabytes)
      throws IOException, InterruptedException {
    if (!Files.isExecutable(PROGRAM)) {
      throw new IOException(PROGRAM + " is not built");
    }
    Path folder = Files.createTempDirectory("lk-bench-");
    RestoreReport report;
    try (TestEngine engine = TestEngine.start();
        SampleDeployment sample =
            SampleDeployment.start(engine, Files.createDirectory(folder.resolve("btcpay")))) {
      RestoreBench bench = new RestoreBench(sample, folder);
      bench.run(megabytes);
      report = RestoreReport.of(bench.runs, bench.figures);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
    System.out.print(report.text());
    if (json != null) {
      Files.writeString(json, Json.print(report) + "\n");
    }
    return report.met();
  }

  private void run(long megabytes) throws IOException, InterruptedException {
    progress.println("a deployment with " + megabytes + " MB of volumes …");
    sample.fill(megabytes * MEGABYTE);
    var _ =
        sample.psql(
            "btcpayservermainnet",
            "CREATE TABLE more AS SELECT i AS id, md5(i::text) || md5((i * 3)::text) AS text FROM"
                + " generate_series(1, 1000000) i; CREATE INDEX ON more (text)");
    Path theirs = folder.resolve("theirs.tar.gz.gpg");
    new ScriptSteps(sample).backup(theirs, ScriptSteps.Generation.NEWEST, passphrase);
    Path ours = backup();
    compare(megabytes + " MB, made by lightkeeper", ours);
    compare(megabytes + " MB, made by the script", theirs);
  }

  private Path backup() throws IOException, InterruptedException {
    Path archives = folder.resolve("archives");
    Path config =
        Files.writeString(
            folder.resolve("lightkeeper.toml"),
            """
            state = "%s"
            [backup]
            passphrase_file = "%s"
            folder = "%s"
            environment = "%s"
            """
                .formatted(folder.resolve("state"), passphrase, archives, sample.profile()));
    var _ = program("backup", "--quiet", "--config", config.toString());
    try (Stream<Path> made = Files.list(archives)) {
      return made.filter(f -> f.toString().endsWith("Z-backup.tar.gz.gpg"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Returns how much memory it had at most, in MiB. */
  private double program(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(PROGRAM.toString()));
    line.addAll(List.of(arguments));
    Path log = folder.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().put("DOCKER_HOST", sample.dockerHost().toString());
    builder.environment().put("BTCPAY_BACKUP_PASSPHRASE", PASSPHRASE);
    Process process = builder.start();
    PeakMemory memory = PeakMemory.of(process);
    int exit = process.waitFor();
    if (exit != 0) {
      throw new IOException(
          String.join(" ", line) + " ended with " + exit + ":\n" + Files.readString(log));
    }
    return memory.mebibytes();
  }

  private interface Restoring {
    double run() throws IOException, InterruptedException;
  }

  private void compare(String archive, Path file) throws IOException, InterruptedException {
    progress.println(archive + ": the script's steps …");
    long[] extracted = new long[1];
    RestoreReport.Run script =
        timed(
            archive,
            "the script's steps",
            extracted,
            () -> {
              new ScriptSteps(sample).restore(file, false, passphrase);
              return 0;
            });
    progress.println(archive + ": lightkeeper restore …");
    RestoreReport.Run own =
        timed(
            archive,
            "lightkeeper",
            new long[1],
            () ->
                program(
                    "restore",
                    file.toString(),
                    "--yes",
                    "--verbose",
                    "--environment",
                    sample.profile().toString(),
                    "--config",
                    folder.resolve("none.toml").toString()));
    progress.print(Files.readString(folder.resolve("log")));
    runs.addAll(List.of(script, own));
    figures.add(
        Figure.of(
            archive + ", whole run, beside the script's steps",
            0.5,
            own.seconds() / script.seconds(),
            "times",
            "%.1f s against %.1f s".formatted(own.seconds(), script.seconds())));
    // A hundredth for folders, the journal and what is kept aside.
    figures.add(
        Figure.of(
            archive + ", most extra disk, beside the extracted size",
            1.01,
            (double) own.extraBytes() / extracted[0],
            "times",
            "the script's steps: %.2f times"
                .formatted((double) script.extraBytes() / extracted[0])));
  }

  private RestoreReport.Run timed(String archive, String by, long[] extracted, Restoring restoring)
      throws IOException, InterruptedException {
    var _ = sample.compose("down", "-v");
    var _ =
        sample.engine().shell().run("rm", "-rf", root.resolve("lightkeeper-restore").toString());
    var _ = sample.compose("up", "-d", "postgres", "btcpayserver", "bitcoind");
    sample.awaitPostgres();
    var _ = sample.engine().shell().run("sync");
    try (DiskPeak disk = new DiskPeak(root)) {
      long began = System.nanoTime();
      double mebibytes = restoring.run();
      double seconds = (System.nanoTime() - began) / 1e9;
      extracted[0] = disk.extracted();
      return new RestoreReport.Run(archive, by, seconds, disk.extra(), mebibytes);
    }
  }
}
