package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lightkeeper.health.DrillFile;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SealedLnd;
import dev.lightkeeper.testing.SharedDeployment;
import dev.lightkeeper.testing.Shell;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code lightkeeper drill} beside a deployment that runs, in processes of its own. */
@ExtendWith(SharedDeployment.class)
class DrillTest {
  private static final String ARCHIVE = "20261101T020000Z-backup.tar.gz";
  private static final NodeName NODE = new NodeName("alice");

  private final SampleDeployment sample;
  @TempDir Path folder;
  private Path scratch;
  private Path archives;

  DrillTest(SampleDeployment sample) {
    this.sample = sample;
  }

  /** An archive of a real dump and one LND node, and a remote with a newer channel backup. */
  @BeforeEach
  void archive() throws Exception {
    scratch = Files.createDirectory(folder.resolve("scratch"));
    archives = Files.createDirectory(folder.resolve("archives"));
    Files.createDirectories(folder.resolve("state"));
    Files.createDirectory(folder.resolve("remote"));
    make("cat");
    byte[] content = new byte[600];
    Arrays.fill(content, (byte) 7);
    ChannelBackup backup = ChannelBackup.of(content);
    try (RemoteSession session = new DirectoryRemote("disk", folder.resolve("remote")).connect()) {
      session.prepare(NODE);
      session.publish(NODE, new Version(7, Instant.now(), backup.hash()), backup);
    }
    Files.writeString(
        folder.resolve("lightkeeper.toml"),
        """
        state = "%1$s/state"
        [nodes.alice]
        kind = "lnd"
        file = "/x/volumes/generated_lnd_bitcoin_datadir/_data/data/chain/bitcoin/mainnet/channel.backup"
        [remotes.disk]
        url = "file://%1$s/remote"
        [backup]
        folder = "%1$s/archives"
        environment = "%2$s"
        """
            .formatted(folder, sample.profile()));
  }

  private void make(String change) {
    var _ =
        sample
            .engine()
            .shell()
            .run(
                "bash",
                "-euo",
                "pipefail",
                "-c",
                """
                work=$(mktemp -d -p "$1"); cd "$work"
                docker exec generated_postgres_1 pg_dumpall -c -U postgres | eval "$2" | gzip > postgres.sql.gz
                lnd=volumes/generated_lnd_bitcoin_datadir/_data/data
                mkdir -p $lnd/chain/bitcoin/mainnet $lnd/graph/mainnet volumes/generated_btcpay_datadir/_data
                echo w > $lnd/chain/bitcoin/mainnet/wallet.db; echo u > $lnd/chain/bitcoin/mainnet/walletunlock.json
                head -c 500 /dev/urandom > $lnd/chain/bitcoin/mainnet/channel.backup
                touch -d 2026-11-01 $lnd/chain/bitcoin/mainnet/channel.backup
                echo old > $lnd/graph/mainnet/channel.db; echo backup > btcpay-backup-mode
                tar -cz postgres.sql.gz btcpay-backup-mode volumes > "$1/archives/$3"
                cd ..; rm -r "$work"; echo '{}' > "$1/archives/$3.json"
                """,
                "test",
                folder.toString(),
                change,
                ARCHIVE);
  }

  private Process start(String... arguments) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lightkeeper.cli.Main",
                "--config",
                folder.resolve("lightkeeper.toml").toString(),
                "drill",
                "--scratch",
                scratch.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().put("DOCKER_HOST", sample.dockerHost().toString());
    return builder.start();
  }

  private record Ended(int code, String out, String err) {}

  private Ended drill(String... arguments) throws Exception {
    Process process = start(arguments);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out, err);
  }

  private List<String> containers() {
    return sample.docker("ps", "-aq", "--no-trunc").lines().sorted().toList();
  }

  private String starts() {
    return sample.docker(
        "inspect",
        "-f",
        "{{.Name}} {{.State.StartedAt}}",
        "-s=false",
        "btcpayserver_lnd_bitcoin",
        "generated_postgres_1",
        "generated_btcpayserver_1");
  }

  private void assertNothingIsLeft(List<String> before) throws Exception {
    assertThat(containers()).isEqualTo(before);
    try (Stream<Path> left = Files.list(scratch.resolve("lightkeeper-drill"))) {
      assertThat(left.map(f -> String.valueOf(f.getFileName()))).containsOnly("lock");
    }
  }

  /** Runs a drill to where it loads the dump into its database. */
  private Process startUntilItLoads() throws Exception {
    Process process = start();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line; (line = lines.readLine()) != null; said.append(line).append('\n')) {
      if (line.contains("loading postgres")) {
        return process;
      }
    }
    throw new AssertionError("it ended before that:\n" + said);
  }

  private String scratchContainer() {
    return new Shell(sample.engine().shell().environment())
        .run(
            "bash",
            "-c",
            "for i in $(seq 600); do c=$(docker ps -q --filter label=dev.lightkeeper.drill); [ -n"
                + " \"$c\" ] && echo $c && exit; sleep 0.05; done; exit 1");
  }

  @Test
  void an_archive_that_can_be_restored_is_reported_and_all_of_it_is_gone() throws Exception {
    List<String> before = containers();
    String running = starts();

    Ended ended = drill("--json");

    assertThat(ended.code()).as(ended.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(ended.out());
    assertThat(report.path("result").asText()).isEqualTo("ok");
    assertThat(report.path("archive").asText()).isEqualTo(ARCHIVE);
    assertThat(report.path("withheld").asInt()).isEqualTo(1);
    assertThat(report.path("nodes").path(0).path("source").asText()).isEqualTo("disk");
    assertThat(report.path("nodes").path(0).path("sequence").asInt()).isEqualTo(7);
    assertThat(report.path("space_needed").asLong()).isGreaterThan(1 << 20);
    assertNothingIsLeft(before);
    assertThat(starts()).isEqualTo(running);
    DrillReport kept = new DrillFile(folder.resolve("state")).read().orElseThrow();
    assertThat(kept.result()).isEqualTo(DrillReport.Result.OK);
    assertThat(kept.sha256()).isEqualTo(report.path("sha256").asText());
  }

  @Test
  void its_database_has_no_network_and_a_drill_that_was_killed_is_swept_by_the_next()
      throws Exception {
    List<String> before = containers();
    Process process = startUntilItLoads();
    String container = scratchContainer();
    assertThat(sample.docker("inspect", "-f", "{{.HostConfig.NetworkMode}}", container))
        .isEqualTo("none");
    assertThat(
            sample
                .docker("inspect", "-f", "{{range .Mounts}}{{.RW}} {{.Source}}\n{{end}}", container)
                .lines()
                .filter(m -> m.startsWith("true"))
                .toList())
        .containsExactly(
            "true " + scratch.resolve("lightkeeper-drill/staging/fresh-postgres").toRealPath());
    process.destroyForcibly();
    process.waitFor();
    assertThat(containers()).isNotEqualTo(before);

    Ended swept = drill("--sweep");

    assertThat(swept.code()).as(swept.err()).isZero();
    assertNothingIsLeft(before);
  }

  @Test
  void one_that_is_told_to_end_takes_everything_along() throws Exception {
    List<String> before = containers();
    Process process = startUntilItLoads();
    var _ = scratchContainer();
    process.destroy();
    assertThat(process.waitFor()).isIn(130, 143);
    assertNothingIsLeft(before);
    assertThat(folder.resolve("state/drill.json")).doesNotExist();
  }

  @Test
  void a_dump_that_does_not_load_is_a_failure_that_is_kept() throws Exception {
    List<String> before = containers();
    make("sed '/^-- PostgreSQL database cluster dump complete/i SELEKT 1;'");

    Ended ended = drill();

    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("SELEKT");
    assertNothingIsLeft(before);
    DrillReport kept = new DrillFile(folder.resolve("state")).read().orElseThrow();
    assertThat(kept.result()).isEqualTo(DrillReport.Result.FAILED);
    assertThat(kept.problem()).contains("SELEKT");
  }

  @Test
  void an_archive_of_a_remote_is_fetched_and_a_remote_that_is_away_is_said() throws Exception {
    List<String> before = containers();
    Path remote = Files.createDirectories(folder.resolve("remote/archives"));
    String size = Long.toString(Files.size(archives.resolve(ARCHIVE)));
    Files.copy(archives.resolve(ARCHIVE), remote.resolve(ARCHIVE));
    Files.writeString(
        remote.resolve(ARCHIVE + ".json"),
        "{\"archive\": {\"sha256\": \"%s\", \"size\": %s}}"
            .formatted(
                new Shell(Map.of())
                    .run("sha256sum", archives.resolve(ARCHIVE).toString())
                    .substring(0, 64),
                size));
    Files.writeString(
        folder.resolve("lightkeeper.toml"),
        Files.readString(folder.resolve("lightkeeper.toml"))
            .replace("[backup]", "[remotes.away]\nurl = \"file:///nowhere/at/all\"\n[backup]"));

    Ended ended = drill("--remote", "disk");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("to fetch it", "can be restored");
    Files.delete(remote.resolve(ARCHIVE));
    Files.delete(archives.resolve(ARCHIVE + ".json"));
    Files.writeString(archives.resolve(ARCHIVE + ".json"), "{}");
    assertThat(drill().code()).isEqualTo(3);
    assertNothingIsLeft(before);
  }

  @Test
  void a_channel_backup_is_opened_with_the_nodes_key_where_there_is_one() throws Exception {
    Path key = Files.createDirectory(folder.resolve("keys")).resolve(NODE.value());
    Files.writeString(key, HexFormat.of().formatHex(SealedLnd.key()));

    Ended ended = drill("--json");

    assertThat(ended.code()).as(ended.err()).isEqualTo(3);
    JsonNode report = new ObjectMapper().readTree(ended.out());
    assertThat(report.path("result").asText()).isEqualTo("partial");
    assertThat(report.at("/nodes/0/opened").asBoolean(true)).isFalse();
    assertThat(report.path("notes").toString()).contains("alice", "does not open");

    ChannelBackup good = ChannelBackup.of(SealedLnd.channels(1, 2, 3));
    try (RemoteSession session = new DirectoryRemote("disk", folder.resolve("remote")).connect()) {
      session.publish(NODE, new Version(8, Instant.now(), good.hash()), good);
    }
    ended = drill("--json");

    assertThat(ended.code()).as(ended.err()).isZero();
    report = new ObjectMapper().readTree(ended.out());
    assertThat(report.at("/nodes/0/sequence").asInt()).isEqualTo(8);
    assertThat(report.at("/nodes/0/opened").asBoolean()).isTrue();
    assertThat(report.at("/nodes/0/channels").asInt()).isEqualTo(3);
  }

  @Test
  void without_any_archive_it_says_so() throws Exception {
    Files.delete(archives.resolve(ARCHIVE));
    assertThat(drill().code()).isEqualTo(10);
  }
}
