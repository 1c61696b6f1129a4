package dev.lightkeeper.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built distribution: the daemon at rest, and how fast a short command is. */
final class RestBench {
  private static final String MEMORY = "at rest, 10 nodes, 2 remotes: resident memory";
  private static final String CPU = "at rest, 10 nodes, 2 remotes: CPU of one core";
  private static final String START = "lightkeeper --version, median of 11";
  private static final double MEMORY_MOST = 96;
  private static final double CPU_MOST = 0.2;
  private static final double START_MOST = 0.3;

  private static final int NODES = 10;
  private static final Duration WARM_UP = Duration.ofSeconds(90); // the compiler is done
  private static final Duration TIME = Duration.ofSeconds(60);

  private final Site site;
  private final Path program;

  RestBench(Site site, Path program) {
    this.site = site;
    this.program = program.toAbsolutePath();
  }

  List<Figure> run() throws IOException, InterruptedException {
    if (!Files.isExecutable(program)) {
      String why = program + " is not built";
      return List.of(
          Figure.missing(MEMORY, MEMORY_MOST, "MiB", why),
          Figure.missing(CPU, CPU_MOST, "%", why),
          Figure.missing(START, START_MOST, "s", why));
    }
    List<Figure> figures = new ArrayList<>(rest());
    figures.add(start());
    return figures;
  }

  private List<Figure> rest() throws IOException, InterruptedException {
    Path config = configure();
    Path log = config.resolveSibling("log");
    Process daemon =
        new ProcessBuilder(program.toString(), "--config", config.toString(), "watch")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      Thread.sleep(WARM_UP);
      mustRun(daemon, log);
      ProcessFigures process = new ProcessFigures(daemon.pid());
      Duration before = process.cpuTime();
      Thread.sleep(TIME);
      mustRun(daemon, log);
      Duration used = process.cpuTime().minus(before);
      return List.of(
          Figure.of(MEMORY, MEMORY_MOST, process.residentMebibytes(), "MiB", ""),
          Figure.of(
              CPU,
              CPU_MOST,
              100.0 * used.toMillis() / TIME.toMillis(),
              "%",
              "%d ms in %d s".formatted(used.toMillis(), TIME.toSeconds())));
    } finally {
      daemon.destroy();
      if (!daemon.waitFor(15, TimeUnit.SECONDS)) {
        daemon.destroyForcibly();
      }
    }
  }

  /** A daemon that streams nothing is at rest all too easily. */
  private void mustRun(Process daemon, Path log) throws IOException, InterruptedException {
    Path config = log.resolveSibling("lightkeeper.toml");
    Process status =
        new ProcessBuilder(program.toString(), "--config", config.toString(), "status")
            .redirectErrorStream(true)
            .start();
    String said = new String(status.getInputStream().readAllBytes(), UTF_8);
    if (!daemon.isAlive() || status.waitFor() != 0) {
      throw new IOException(
          "the daemon does not stream:\n" + said + "\nIt said:\n" + Files.readString(log));
    }
  }

  private Path configure() throws IOException {
    Path folder = site.newFolder("rest");
    StringBuilder text = new StringBuilder("state = \"%s\"\n".formatted(folder.resolve("state")));
    for (int i = 0; i < NODES; i++) {
      StandInLnd lnd = new StandInLnd(folder.resolve("node-" + i));
      lnd.update(20);
      text.append("[nodes.node-%d]\nkind = \"lnd\"\nfile = \"%s\"\n".formatted(i, lnd.file()));
    }
    for (String remote : List.of("one", "two")) {
      SftpTarget target = site.newTarget(Line.SLOW, remote);
      text.append(
          """
          [remotes.%s]
          url = "sftp://%s@%s:%d%s"
          key = "%s"
          known_hosts = "%s"
          """
              .formatted(
                  remote,
                  target.user(),
                  target.host(),
                  target.port(),
                  target.path(),
                  target.key(),
                  target.knownHosts()));
    }
    return Files.writeString(folder.resolve("lightkeeper.toml"), text);
  }

  private Figure start() throws IOException, InterruptedException {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      long start = System.nanoTime();
      Process version =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      String said = new String(version.getInputStream().readAllBytes(), UTF_8);
      if (version.waitFor() != 0) {
        throw new IOException("--version failed: " + said);
      }
      nanos.add(System.nanoTime() - start);
    }
    nanos.sort(null);
    return Figure.of(START, START_MOST, nanos.get(5) / 1e9, "s", "");
  }
}
