package dev.lightkeeper.demo;

import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One backup of a deployment in small and its restore, each writing down which classes it needs:
 * the distribution's cache for archives is made of them. Needs root and a Docker Engine.
 */
public final class ArchiveRehearsal {
  private final Path program;
  private final SampleDeployment sample;
  private final Path config;

  private ArchiveRehearsal(Path program, SampleDeployment sample, Path config) {
    this.program = program;
    this.sample = sample;
    this.config = config;
  }

  /**
   * Ends with an exception if either fails.
   *
   * @param args the built program, an empty folder to work in, and the file that the lists' names
   *     begin with
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[1]).toAbsolutePath());
    Path archives = folder.resolve("archives");
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "a rehearsal's\n");
    try (TestEngine engine = TestEngine.start();
        SampleDeployment sample =
            SampleDeployment.start(engine, Files.createDirectory(folder.resolve("btcpay")))) {
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
      new ArchiveRehearsal(Path.of(args[0]).toAbsolutePath(), sample, config)
          .run(archives, args[2]);
    }
    System.exit(0);
  }

  private void run(Path archives, String lists) throws IOException, InterruptedException {
    lightkeeper(lists + "-backup", "backup");
    Path archive;
    try (Stream<Path> made = Files.list(archives)) {
      archive =
          made.filter(f -> f.toString().endsWith("Z-backup.tar.gz.gpg")).findFirst().orElseThrow();
    }
    var _ = sample.compose("down", "-v");
    var _ = sample.compose("up", "-d", "postgres", "btcpayserver", "bitcoind");
    sample.awaitPostgres();
    lightkeeper(lists + "-restore", "restore", archive.toString(), "--yes");
  }

  private void lightkeeper(String list, String... words) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(words));
    line.addAll(List.of("--config", config.toString()));
    ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
    builder.environment().put("DOCKER_HOST", sample.dockerHost().toString());
    builder
        .environment()
        .put("LIGHTKEEPER_JAVA_FLAGS", "-Xshare:off -XX:DumpLoadedClassList=" + list);
    if (builder.start().waitFor() != 0) {
      throw new IOException(String.join(" ", line) + " failed");
    }
  }
}
