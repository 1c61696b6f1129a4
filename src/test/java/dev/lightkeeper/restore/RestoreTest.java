package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.backup.Backup;
import dev.lightkeeper.backup.BackupRig;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.Quiesce;
import dev.lightkeeper.deployment.QuiesceMode;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.deployment.ScratchDatabase;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.Shell;
import dev.lightkeeper.testing.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A deployment backed up by the steps of BTCPay's scripts, and another one, with content of its own
 * but no node, that it is restored to.
 */
@EnabledIf(value = "dev.lightkeeper.testing.TestEngine#possible", disabledReason = TestEngine.WHY)
class RestoreTest {
  /** What btcpay-backup.sh does, in short. */
  private static final String BACKUP =
      """
      set -euo pipefail
      root=$1 archive=$2
      cd "$root"
      tar --anchored --exclude=volumes/backup_datadir --exclude='volumes/generated_bitcoin_datadir/_data' \
        --exclude=volumes/generated_postgres_datadir --exclude=volumes/generated_mariadb_datadir \
        --exclude=volumes/generated_clightning_bitcoin_datadir/_data/lightning-rpc \
        --exclude='volumes/**/logs/*' -cf "$archive.tar" volumes/generated_*
      cd "$(dirname "$archive")"
      tar -rf "$archive.tar" postgres.sql.gz
      gzip -c "$archive.tar" > "$archive"; rm "$archive.tar"
      """;

  private static final String OLD = "THE-OLD-STATE";

  @TempDir static Path shared;
  private static SampleDeployment sample;
  private static Path archive;
  private static Path broken;
  private static Path large;
  private static String files;
  private static String rows;

  @BeforeAll
  static void backUp() throws Exception {
    sample = SampleDeployment.start(TestEngine.start(), shared.resolve("btcpay"));
    Path data = sample.volume("btcpay_datadir");
    Path lnd = sample.volume("lnd_bitcoin_datadir").resolve("data");
    Path cln = sample.volume("clightning_bitcoin_datadir").resolve("bitcoin");
    Path root = data.resolve("../../..").normalize();
    archive = shared.resolve("backup.tar.gz");
    sh(
        """
        cd "$1"; mkdir -p static/deep; echo one > static/one; ln static/one static/two
        ln -s /nowhere static/link; mkfifo static/fifo; truncate -s 3M static/hole
        chown -R 1000:1001 static; chmod 4750 static/one; chmod 0700 static/deep
        """,
        data);
    files = tree(data.resolve("static"));
    rows = rows();
    sh(
        "docker exec generated_postgres_1 pg_dumpall -c -U postgres | gzip >"
            + " \"$1/postgres.sql.gz\"",
        shared);
    var _ = sample.compose("stop");
    sh(
        """
        printf '%s' "$4" >> "$1/graph/mainnet/channel.db"; echo w > "$1/chain/bitcoin/mainnet/wallet.db"
        echo u > "$1/chain/bitcoin/mainnet/walletunlock.json"
        printf '%s' "$4" >> "$2/lightningd.sqlite3"; cp "$2/emergency.recover" "$3/emergency.recover"
        """,
        lnd, cln, shared, OLD);
    sh(BACKUP, root, archive);
    broken = shared.resolve("broken/backup.tar.gz");
    Files.createDirectories(broken.getParent());
    sh(
        """
        zcat "$1/postgres.sql.gz" | sed '/^-- PostgreSQL database cluster dump complete/i SELEKT 1;' \
          | gzip > "$1/broken/postgres.sql.gz"
        """,
        shared);
    sh(BACKUP, root, broken);
    large = shared.resolve("large.sql.gz");
    sh(
        """
        zcat "$1/postgres.sql.gz" | sed '/^-- PostgreSQL database cluster dump complete/i \\
          CREATE TABLE public.large AS SELECT repeat(chr(120), 900) FROM generate_series(1, 300000);' \
          | gzip > "$2"
        """,
        shared,
        large);
  }

  @AfterAll
  static void close() throws Exception {
    sample.close();
    sample.engine().close();
  }

  /** Another server: no node, a table and a file of its own, a block chain. */
  @BeforeEach
  void anotherServer() throws Exception {
    var _ = sample.compose("down", "-v");
    Path root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
    var _ = new Shell(Map.of()).run("rm", "-rf", root.resolve("lightkeeper-restore").toString());
    var _ = sample.compose("up", "-d", "postgres", "btcpayserver", "bitcoind");
    sample.awaitPostgres();
    var _ = sample.psql("postgres", "CREATE TABLE mine AS SELECT 42 AS answer");
    Files.writeString(sample.volume("btcpay_datadir").resolve("mine"), "mine");
    Files.createDirectories(sample.volume("btcpay_datadir").resolve("host_keys"));
    Files.writeString(sample.volume("btcpay_datadir").resolve("host_keys/key"), "stays");
    Files.writeString(sample.volume("bitcoin_datadir").resolve("chain"), "stays");
  }

  private static void sh(String script, Object... arguments) {
    List<String> words = new ArrayList<>(List.of("bash", "-euo", "pipefail", "-c", script, "test"));
    for (Object argument : arguments) {
      words.add(argument.toString());
    }
    var _ = sample.engine().shell().run(words);
  }

  private static String rows() {
    return sample.psql(
            "btcpayservermainnet",
            "SELECT count(*), md5(string_agg(secret, ',' ORDER BY id)) FROM invoices")
        + sample.psql(
            "nbxplorermainnet", "SELECT md5(string_agg(id, ',' ORDER BY height)) FROM blks");
  }

  private static String tree(Path root) {
    return new Shell(Map.of())
        .run(
            "bash",
            "-c",
            "cd \"$1\"; find . -printf '%P %y %m %U %G %n %l\\n' | sort; find . -type f | sort |"
                + " xargs sha256sum",
            "test",
            root.toString());
  }

  private static RestoreSummary restore(Path file) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new Restore(
              engine, BtcpayEnvironment.read(sample.profile()), RestoreRun.watcher(""), List.of())
          .run(RestoreRun.order(file, sample.profile()))
          .map(RestoreSummary.class::cast)
          .orElseThrow();
    }
  }

  private static Optional<RestoreResult> run(RestoreWatcher watcher) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new Restore(engine, BtcpayEnvironment.read(sample.profile()), watcher, List.of())
          .run(RestoreRun.order(archive, sample.profile()));
    }
  }

  private static <T> T with(Action<T> action) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return action.run(
          new Restore(
              engine, BtcpayEnvironment.read(sample.profile()), RestoreRun.watcher(""), List.of()));
    }
  }

  private interface Action<T> {
    T run(Restore restore) throws Exception;
  }

  private void assertAsBefore() throws Exception {
    sample.awaitPostgres();
    assertThat(sample.psql("postgres", "SELECT answer FROM mine")).isEqualTo("42");
    assertThat(sample.volume("btcpay_datadir").resolve("mine")).hasContent("mine");
    assertThat(sample.volume("btcpay_datadir").resolve("host_keys/key")).hasContent("stays");
    assertThat(sample.volume("btcpay_datadir").resolve("static")).doesNotExist();
    assertThat(List.of("postgres", "btcpayserver", "bitcoind")).allMatch(sample::running);
    assertNothingOldIsLive();
  }

  private static void assertNothingOldIsLive() {
    assertThat(sample.holding(OLD)).isEmpty();
  }

  private void assertRestored() throws Exception {
    sample.awaitPostgres();
    assertThat(rows()).isEqualTo(rows);
    assertThat(sample.psql("postgres", "SELECT count(*) FROM pg_class WHERE relname = 'mine'"))
        .isEqualTo("0");
    Path data = sample.volume("btcpay_datadir");
    assertThat(tree(data.resolve("static"))).isEqualTo(files);
    assertThat(data.resolve("mine")).doesNotExist();
    assertThat(data.resolve("host_keys/key")).hasContent("stays");
    assertThat(sample.volume("bitcoin_datadir").resolve("chain")).hasContent("stays");
    assertThat(sample.volume("lnd_bitcoin_datadir").resolve("data/chain/bitcoin/mainnet/wallet.db"))
        .hasContent("w\n");
    assertThat(SampleDeployment.SERVICES).allMatch(sample::running);
    assertNothingOldIsLive();
  }

  @Test
  void a_server_is_back_but_for_its_channel_state_and_can_be_rolled_back() throws Exception {
    RestoreSummary summary = restore(archive);

    assertRestored();
    assertThat(summary.problems()).isEmpty();
    for (String node : List.of("lnd_bitcoin", "clightning_bitcoin")) {
      String asked =
          sample.docker("exec", "btcpayserver_" + node, "sh", "-c", "cat /tmp/node/calls || :");
      assertThat(asked).as(node + " was asked on its RPC").isNotBlank();
    }
    assertThat(summary.plan().staged().withheld().stream().map(Withheld::name))
        .hasSize(2)
        .anyMatch(n -> n.endsWith("channel.db"))
        .anyMatch(n -> n.endsWith("lightningd.sqlite3"));
    assertThat(summary.plan().staged().withheld())
        .allSatisfy(
            w -> assertThat(Files.readString(w.file(), StandardCharsets.ISO_8859_1)).contains(OLD));
    assertThat(summary.todo()).anyMatch(t -> t.contains("lightkeeper restore --recover"));
    assertThat(summary.todo()).anyMatch(t -> t.contains("restorechanbackup"));
    assertThat(summary.todo()).anyMatch(t -> t.contains("emergencyrecover"));

    Path root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
    assertThat(RestoreFolder.in(root).lastRestored())
        .allMatch(RestoredNode::holdsChannels)
        .extracting(RestoredNode::service)
        .containsExactlyInAnyOrder("lnd_bitcoin", "clightning_bitcoin");
    assertThat(RestoreFolder.in(root).lastRestored())
        .filteredOn(n -> n.kind() == NodeKind.CLN)
        .singleElement()
        .extracting(RestoredNode::kept)
        .satisfies(
            kept ->
                assertThat(ChannelBackup.of(Files.readAllBytes(Path.of(String.valueOf(kept)))))
                    .as("the node rewrites the one in its folder")
                    .isEqualTo(
                        summary.plan().nodes().stream()
                            .filter(n -> n.node().kind() == NodeKind.CLN)
                            .findFirst()
                            .orElseThrow()
                            .backup()));

    Path kept = with(Restore::rollBack).orElseThrow();

    assertThatThrownBy(() -> RestoreFolder.in(root).lastRestored())
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
    assertAsBefore();
    assertThat(kept.resolve("tree/volumes/generated_btcpay_datadir/_data/static/one")).exists();
  }

  @Test
  void a_dump_that_does_not_load_leaves_a_host_that_runs_on_untouched() throws Exception {
    String running = starts();
    assertThatThrownBy(() -> restore(broken))
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ARCHIVE))
        .hasMessageContaining("SELEKT");
    assertThat(starts()).isEqualTo(running);
    assertAsBefore();
    assertNoScratchDatabase();
  }

  @Test
  void a_disk_that_is_full_while_a_dump_loads_leaves_a_host_that_runs_on_untouched(
      @TempDir Path small) throws Exception {
    String running = starts();
    Shell shell = new Shell(Map.of());
    // Enough for an empty cluster, and not for the table.
    var _ = shell.run("mount", "-t", "tmpfs", "-o", "size=160m", "none", small.toString());
    try (Engine engine = Engine.open(sample.dockerHost());
        FreshDatabases databases =
            new FreshDatabases(
                engine,
                Deployment.discover(engine, BtcpayEnvironment.read(sample.profile())),
                ScratchDatabase.Purpose.RESTORE,
                small,
                step -> {})) {
      databases.arrived(DatabaseKind.POSTGRES, large);

      assertThatThrownBy(databases::await)
          .isInstanceOfSatisfying(
              RestoreException.class,
              e -> {
                assertThat(e.kind()).as(e.what()).isEqualTo(Kind.NO_SPACE);
                assertThat(e.what()).contains("full", small.toString());
              });
    } finally {
      var _ = shell.run("umount", small.toString());
    }
    assertNoScratchDatabase();
    assertThat(starts()).isEqualTo(running);
    assertAsBefore();
  }

  @Test
  void a_swap_that_fails_half_way_is_rolled_back() throws Exception {
    onOneThatCannotBeMoved(
        () ->
            assertThatThrownBy(() -> restore(archive))
                .isInstanceOfSatisfying(
                    RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ROLLED_BACK)));
    assertAsBefore();
  }

  @Test
  void a_server_that_never_ran_is_restored_to() throws Exception {
    var _ = sample.compose("down", "-v");
    restore(archive);
    sample.awaitPostgres();
    assertThat(rows()).isEqualTo(rows);
    assertThat(SampleDeployment.SERVICES).allMatch(sample::running);
    assertNoScratchDatabase();
  }

  /** Where a restore is killed, and how the next run finds and leaves the host. */
  enum Killed {
    READING("reading and checking", false, false),
    LOADING("loading", false, false),
    STOPPING("stopping the stack", true, false),
    PUTTING("putting volumes", true, false),
    STARTING("starting", true, true),
    SEEING("seeing whether it stays up", false, true);

    private final String step;
    private final boolean pending;
    private final boolean restored;

    Killed(String step, boolean pending, boolean restored) {
      this.step = step;
      this.pending = pending;
      this.restored = restored;
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_killed_restore_is_rolled_back_or_finished_by_the_next_run(Killed killed) throws Exception {
    int exit = RestoreRun.child(sample.dockerHost(), sample.profile(), archive, killed.step);
    assertThat(exit).isEqualTo(RestoreRun.KILLED);
    assertNothingOldIsLive();
    assertThat(scratchDatabases().isEmpty()).isNotEqualTo(killed == Killed.LOADING);

    boolean found = with(Restore::recover);

    assertThat(found).isEqualTo(killed.pending);
    if (killed.restored) {
      assertRestored();
    } else {
      assertAsBefore();
    }
    assertThat(with(Restore::recover)).isFalse();
    assertNoScratchDatabase();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "putting back what was there before",
        "rolling back: moving",
        "rolling back: starting"
      })
  void a_rollback_that_is_killed_is_ended_by_the_next_run(String step) throws Exception {
    restore(archive);
    int exit = RestoreRun.rollBack(sample.dockerHost(), sample.profile(), step);
    assertThat(exit).isEqualTo(RestoreRun.KILLED);
    assertNothingOldIsLive();

    boolean begun = with(Restore::recover);

    assertThat(begun).isEqualTo(step.startsWith("rolling back"));
    if (!begun) {
      assertRestored();
      assertThat(with(Restore::rollBack)).isPresent();
    }
    assertAsBefore();
    assertThat(with(Restore::recover)).isFalse();
  }

  @Test
  void no_restore_begins_while_a_backup_runs_and_a_dry_run_may(@TempDir Path folder)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Files.createDirectories(rig.state());
    try (ProcessLock backup = Backup.keepOut(rig.state()).orElseThrow()) {
      Objects.requireNonNull(backup);
      BackupRig.Ended refused = rig.lightkeeper("restore", archive.toString(), "--yes");
      assertThat(refused.exit()).as(refused.out()).isEqualTo(11);
      assertThat(refused.out()).contains("a backup is under way");

      BackupRig.Ended tried = rig.lightkeeper("restore", archive.toString(), "--dry-run");
      assertThat(tried.exit()).as(tried.out()).isZero();
    }
    assertAsBefore();
  }

  @Test
  void services_that_a_killed_backup_left_down_come_up_before_a_restore_begins(@TempDir Path folder)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Resume left = quiesced(rig.state());
    BackupRig.Ended refused = rig.lightkeeper("restore", archive.toString(), "--yes");
    assertThat(refused.exit()).as(refused.out()).isEqualTo(11);
    assertThat(refused.out()).contains("lightkeeper backup --resume");

    left.run();

    assertAsBefore();
  }

  @Test
  void no_backup_runs_while_a_restore_does(@TempDir Path folder) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Path root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
    try (ProcessLock restore = ProcessLock.acquire(RestoreFolder.in(root).path()).orElseThrow()) {
      Objects.requireNonNull(restore);
      BackupRig.Ended refused = rig.run();
      assertThat(refused.exit()).as(refused.out()).isEqualTo(11);
      assertThat(refused.out()).contains("a restore, or a dry run of one, is under way");
    }
    assertAsBefore();
  }

  @Test
  void nothing_is_backed_up_or_started_while_a_restore_is_cut_short(@TempDir Path folder)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    Resume left = quiesced(rig.state());
    Path note = Resume.journal(rig.state());
    String stopped = Files.readString(note);
    left.run();
    assertThat(RestoreRun.child(sample.dockerHost(), sample.profile(), archive, "putting volumes"))
        .isEqualTo(RestoreRun.KILLED);
    Files.writeString(note, stopped);

    for (BackupRig.Ended refused : List.of(rig.run("--resume"), rig.run())) {
      assertThat(refused.exit()).as(refused.out()).isEqualTo(11);
      assertThat(refused.out()).contains("a restore was cut short");
    }
    assertThat(SampleDeployment.SERVICES).noneMatch(sample::running);
    Files.delete(note);

    assertThat(with(Restore::recover)).isTrue();
    assertThat(rig.run("--resume").exit()).isZero();
    assertAsBefore();
  }

  /** What a backup stops, and the note of it; a process that lives, this one, is at it. */
  private static Resume quiesced(Path state) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new Quiesce(
              engine, BtcpayEnvironment.read(sample.profile()), QuiesceMode.STOP, sample.archived())
          .begin(Files.createDirectories(state));
    }
  }

  @Test
  void a_plan_says_of_when_the_newest_file_is_where_no_manifest_says_when_it_was_made(
      @TempDir Path folder) throws Exception {
    String newest =
        new Shell(Map.of("TZ", "UTC"))
            .run(
                "bash",
                "-c",
                "tar --full-time -tvzf \"$1\" | grep ^- | awk '{print $4, $5}' | sort | tail -n 1",
                "test",
                archive.toString());

    BackupRig.Ended plan =
        new BackupRig(sample, folder).lightkeeper("restore", archive.toString(), "--dry-run");

    assertThat(plan.exit()).as(plan.out()).isZero();
    assertThat(plan.out())
        .contains("which notes no time; its newest file is of " + newest.substring(0, 19))
        .containsPattern("its newest file is of .* UTC \\(\\d+ (s|min|h) ago\\)");
  }

  @Test
  void an_archive_that_was_fetched_stays_after_a_dry_run_and_goes_once_it_is_restored(
      @TempDir Path folder) throws Exception {
    Path disk = folder.resolve("disk");
    ArchiveName name = new ArchiveName(Instant.parse("2026-11-20T02:15:00Z"), false, false);
    Path there = Files.createDirectories(disk.resolve("archives")).resolve(name.fileName());
    Files.copy(archive, there);
    Files.write(
        there.resolveSibling(name.manifestName()),
        new ArchiveManifest(Files.size(there), Sha256.of(Files.readAllBytes(there))).toJson());
    BackupRig rig = new BackupRig(sample, folder).remote("disk", disk);
    Path fetched =
        Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"))
            .resolve("lightkeeper-restore/fetched");

    BackupRig.Ended tried = rig.lightkeeper("restore", "latest", "--dry-run");
    assertThat(tried.exit()).as(tried.out()).isZero();
    assertThat(fetched.resolve(name.fileName())).hasSameBinaryContentAs(archive);

    BackupRig.Ended done = rig.lightkeeper("restore", "latest", "--yes");
    assertThat(done.out()).contains("Restored.");
    assertThat(fetched).doesNotExist();
    assertRestored();
  }

  @Test
  void one_that_was_cut_short_is_asked_about_and_once_finished_no_other_begins() throws Exception {
    assertThat(RestoreRun.child(sample.dockerHost(), sample.profile(), archive, "starting"))
        .isEqualTo(RestoreRun.KILLED);
    assertThatThrownBy(() -> run(RestoreRun.watcher("no")))
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("was cut short, and is left as it is");
    assertThat(SampleDeployment.SERVICES).noneMatch(sample::running);

    RestoreResult result = run(RestoreRun.watcher("")).orElseThrow();

    assertThat(result).isInstanceOf(FinishedRestore.class);
    assertThat(result.problems()).isEmpty();
    assertThat(result.todo()).anyMatch(t -> t.contains("lightkeeper restore --recover"));
    assertThat(result.todo()).anyMatch(t -> t.contains("withheld-DO-NOT-START"));
    assertRestored();
  }

  @Test
  void one_that_is_told_to_end_while_it_sees_whether_all_runs_is_done_and_says_so()
      throws Exception {
    RestoreResult result =
        run(new RestoreRun.Told(
                step -> {
                  if (step.startsWith("seeing")) {
                    Thread.currentThread().interrupt();
                  }
                }))
            .orElseThrow();

    assertThat(result.interrupted()).isTrue();
    assertThat(result.problems()).singleElement().asString().contains("whether everything runs");
    Path root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
    assertThat(RestoreFolder.in(root).lastRestored()).hasSize(2);
  }

  @Test
  void a_rollback_whose_stack_does_not_come_up_is_left_half_way_and_gone_on_with_when_asked_again(
      @TempDir Path folder) throws Exception {
    restore(archive);
    Path compose = sample.composeFile();
    String good = Files.readString(compose);
    Files.writeString(compose, good.replace("image: lightkeeper-sample", "image: nowhere:1/none"));
    try {
      BackupRig.Ended stuck =
          new BackupRig(sample, folder).lightkeeper("restore", "--rollback", "--yes");
      // Not 1, which promises that the host is as it was.
      assertThat(stuck.exit()).as(stuck.out()).isEqualTo(16);
      assertThat(stuck.out()).contains("could not be rolled back", "restore --rollback' again");
    } finally {
      Files.writeString(compose, good);
    }
    assertThat(sample.running("postgres")).isFalse();

    assertThat(with(Restore::rollBack)).isPresent();

    assertAsBefore();
  }

  @Test
  void one_whose_earlier_state_is_no_longer_kept_is_not_half_undone() throws Exception {
    restore(archive);
    Path root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
    sh("rm -r \"$1\"/*/before/generated_tor_datadir", root.resolve("lightkeeper-restore"));

    assertThatThrownBy(() -> with(Restore::rollBack))
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND))
        .hasMessageContaining("no longer kept");
    assertRestored();
  }

  @Test
  void one_that_is_killed_while_it_puts_everything_back_is_put_back_by_the_next_run()
      throws Exception {
    onOneThatCannotBeMoved(
        () ->
            assertThat(
                    RestoreRun.child(sample.dockerHost(), sample.profile(), archive, "it failed"))
                .isEqualTo(RestoreRun.KILLED));
    assertThat(with(Restore::recover)).isTrue();
    assertAsBefore();
  }

  private interface Step {
    void run() throws Exception;
  }

  /** The last volume's folder is a mount point: the volumes before it are swapped, it is not. */
  private static void onOneThatCannotBeMoved(Step step) throws Exception {
    String tor = sample.volume("tor_datadir").toString();
    var _ = new Shell(Map.of()).run("mount", "--bind", tor, tor);
    try {
      step.run();
    } finally {
      var _ = new Shell(Map.of()).run("umount", tor);
    }
  }

  private static String starts() {
    return sample.docker(
        "inspect",
        "-f",
        "{{.Name}} {{.State.StartedAt}}",
        "generated_postgres_1",
        "generated_btcpayserver_1",
        "btcpayserver_bitcoind");
  }

  private static String scratchDatabases() {
    return sample.docker("ps", "-aq", "--filter", "label=dev.lightkeeper.restore");
  }

  private static void assertNoScratchDatabase() {
    assertThat(scratchDatabases()).isEmpty();
  }

  @Test
  void a_host_with_a_node_is_refused_and_left_alone() throws Exception {
    Path wallet =
        sample.volume("lnd_bitcoin_datadir").resolve("data/chain/bitcoin/mainnet/wallet.db");
    Files.createDirectories(wallet.getParent());
    Files.writeString(wallet, "somebody's");
    assertThatThrownBy(() -> restore(archive))
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("wallet.db");
    assertThat(wallet).hasContent("somebody's");
    assertAsBefore();
  }

  @Test
  void a_plan_that_is_not_confirmed_touches_nothing() throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      Optional<RestoreResult> done =
          new Restore(
                  engine,
                  BtcpayEnvironment.read(sample.profile()),
                  RestoreRun.watcher("no"),
                  List.of())
              .run(RestoreRun.order(archive, sample.profile()));
      assertThat(done).isEmpty();
    }
    assertAsBefore();
    Path root = Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"));
    try (Stream<Path> left = Files.list(root.resolve("lightkeeper-restore"))) {
      assertThat(left.map(f -> f.getFileName().toString())).containsOnly("lock");
    }
  }
}
