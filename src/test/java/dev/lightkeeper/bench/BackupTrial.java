package dev.lightkeeper.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.testing.SampleDeployment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One backup of a deployment, timed: by the built program, or by the steps of BTCPay's script. */
final class BackupTrial {
  private static final String SCRIPT =
      """
      set -euo pipefail
      root=$1 out=$2 profile=$3 passphrase=$4
      . "$profile"
      compose() { docker-compose -f "$BTCPAY_DOCKER_COMPOSE" --env-file "$BTCPAY_ENV_FILE" "$@" >/dev/null 2>&1; }
      begin=$(date +%s.%N)
      docker exec generated_postgres_1 pg_dumpall -c -U postgres | gzip > "$root/postgres.sql.gz"
      down=$(date +%s.%N)
      compose down -t 180
      cd "$root"
      tar -cz --anchored --exclude=volumes/backup_datadir \
        --exclude=volumes/generated_bitcoin_datadir/_data --exclude=volumes/generated_postgres_datadir \
        --exclude=volumes/generated_lnd_bitcoin_datadir/_data/data/graph --exclude='volumes/**/logs/*' \
        postgres.sql.gz volumes/generated_* \
        | gpg --homedir "$out" --batch --yes --pinentry-mode loopback --passphrase-file "$passphrase" \
            --symmetric -o "$out/backup.tar.gz.gpg"
      compose up --remove-orphans -d
      up=$(date +%s.%N)
      rm "$root/postgres.sql.gz"
      echo "$begin $down $up $(stat -c %s "$out/backup.tar.gz.gpg")"
      """;

  private final SampleDeployment sample;
  private final Path program;
  private final Path folder;
  private final Path passphrase;

  BackupTrial(SampleDeployment sample, Path program, Path folder) throws IOException {
    this.sample = sample;
    this.program = program;
    this.folder = folder;
    this.passphrase = Files.writeString(folder.resolve("passphrase"), "a benchmark's passphrase\n");
  }

  /** The steps of the script: services go down, and come up when all is written. */
  BackupReport.Run script(String size) throws IOException, InterruptedException {
    Path out = Files.createTempDirectory(folder, "script-");
    Path root = sample.volume("btcpay_datadir").resolve("../../..").normalize();
    List<String> line =
        List.of(
            "bash",
            "-c",
            SCRIPT,
            "script",
            root.toString(),
            out.toString(),
            sample.profile().toString(),
            passphrase.toString());
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(folder.resolve("script.log").toFile());
    builder.environment().put("DOCKER_HOST", sample.dockerHost().toString());
    Process process = builder.start();
    String[] said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .split(" ", -1);
    if (process.waitFor() != 0 || said.length != 4) {
      throw new IOException(
          "the script's steps failed: " + Files.readString(folder.resolve("script.log")));
    }
    sample.awaitPostgres();
    Files.delete(out.resolve("backup.tar.gz.gpg"));
    double begin = Double.parseDouble(said[0]);
    double down = Double.parseDouble(said[1]);
    double up = Double.parseDouble(said[2]);
    return new BackupReport.Run(
        size, "the script's steps", up - begin, up - down, Long.parseLong(said[3]), 0, Map.of());
  }

  /** {@code lightkeeper backup}, encrypted, and not shipped. */
  BackupReport.Run ours(String size, String quiesce) throws IOException, InterruptedException {
    Path own = Files.createTempDirectory(folder, "ours-");
    Path config =
        Files.writeString(
            own.resolve("lightkeeper.toml"),
            """
            state = "%s"
            [backup]
            quiesce = "%s"
            passphrase_file = "%s"
            folder = "%s"
            environment = "%s"
            """
                .formatted(
                    own.resolve("state"),
                    quiesce,
                    passphrase,
                    own.resolve("archives"),
                    sample.profile()));
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "backup", "--json", "--config", config.toString())
            .redirectError(own.resolve("log").toFile());
    builder.environment().put("DOCKER_HOST", sample.dockerHost().toString());
    long begin = System.nanoTime();
    Process process = builder.start();
    PeakMemory memory = PeakMemory.of(process);
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String read; (read = reader.readLine()) != null; ) {
        lines.add(read);
      }
    }
    int exit = process.waitFor();
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (exit != 0) {
      throw new IOException(
          "lightkeeper backup ended with "
              + exit
              + ": "
              + lines
              + Files.readString(own.resolve("log")));
    }
    JsonNode summary = new ObjectMapper().readTree(lines.getLast());
    Files.delete(Path.of(summary.path("archive").asText()));
    return new BackupReport.Run(
        size,
        "lightkeeper, " + quiesce,
        seconds,
        summary.path("services_down_millis").asLong() / 1e3,
        summary.path("size").asLong(),
        memory.mebibytes(),
        new ObjectMapper()
            .convertValue(summary.path("step_millis"), new TypeReference<Map<String, Long>>() {}));
  }
}
