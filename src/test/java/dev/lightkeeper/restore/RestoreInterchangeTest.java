package dev.lightkeeper.restore;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.backup.Backup;
import dev.lightkeeper.backup.BackupOrder;
import dev.lightkeeper.backup.BackupWatcher;
import dev.lightkeeper.backup.OfferOrder;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.deployment.QuiesceMode;
import dev.lightkeeper.handoff.Guard;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.shelf.Retention;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.ScriptSteps;
import dev.lightkeeper.testing.Shell;
import dev.lightkeeper.testing.TestEngine;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One deployment backed up by us and by the scripts' steps, restored to an empty one by us and by
 * the scripts' steps: equal in every file, owner, mode and time, and in every row.
 */
@EnabledIf(value = "dev.lightkeeper.testing.TestEngine#possible", disabledReason = TestEngine.WHY)
class RestoreInterchangeTest {
  private static final String PASSPHRASE = "correct horse ∞ battery";

  /** An archive of the same deployment, by whom and how its file says. */
  enum Made {
    OURS("ours.tar.gz"),
    OURS_ENCRYPTED("ours.tar.gz.gpg"),
    OURS_MIGRATION("ours-migrate.tar.gz.gpg"),
    SCRIPTS_LEGACY("legacy.tar.gz"),
    SCRIPTS_LEGACY_ENCRYPTED("legacy.tar.gz.gpg"),
    SCRIPTS_NEWEST("newest.tar.gz"),
    SCRIPTS_NEWEST_ENCRYPTED("newest.tar.gz.gpg"),
    SCRIPTS_MIGRATION("backup-migrate.tar.gz");

    private final String file;

    Made(String file) {
      this.file = file;
    }

    Path archive() {
      return shared.resolve(file);
    }

    @Nullable Path passphraseFile() {
      return file.endsWith(".gpg") ? shared.resolve("passphrase") : null;
    }

    /** Their tar keeps whole seconds; ours all there is. */
    private List<String> as(List<String> lines) {
      return file.startsWith("ours")
          ? lines
          : lines.stream().map(l -> l.replaceFirst("(\\d{10})\\d{9}(?=, [0(])", "$1")).toList();
    }

    private boolean migration() {
      return file.contains("migrate");
    }

    private boolean withSecrets() {
      return !file.startsWith("legacy");
    }
  }

  @TempDir static Path shared;
  private static SampleDeployment sample;
  private static ScriptSteps scripts;
  private static Path secrets;
  private static List<String> files;
  private static List<String> secret;
  private static List<String> rows;

  @BeforeAll
  static void backUp() throws Exception {
    sample = SampleDeployment.start(TestEngine.start(), shared.resolve("btcpay"));
    scripts = new ScriptSteps(sample);
    secrets = sample.composeFile().resolve("../../secrets").normalize();
    addMariadb();
    settle();
    sh(
        """
        printf '%s\\n' "$3" > "$4/passphrase"; mkdir -m 700 "$2"; umask 077; echo key > "$2/one"; umask 022
        mkdir -p "$1/static/deep"; cd "$1/static"; echo one > one; ln one two; ln -s /nowhere link; mkfifo fifo
        truncate -s 3M hole; printf x >> hole; head -c 300000 /dev/urandom > "Zahlungsbelege ä€😀"
        printf raw > "$(printf 'caf\\351')"
        chown 1000:1001 one; chown 3000000:1 hole; chmod 4750 one; chmod 1777 deep; touch -h -d @1234567890 link
        touch -d @1500000000 one hole; touch -d @1400000000 deep
        """,
        sample.volume("btcpay_datadir"), secrets, PASSPHRASE, shared);
    sh(
        "echo w > \"$1/wallet.db\"; echo u > \"$1/walletunlock.json\"; chmod 600 \"$1\"/w*",
        sample.volume("lnd_bitcoin_datadir").resolve("data/chain/bitcoin/mainnet"));
    files = tree();
    secret = list(List.of(secrets));
    rows = rows();
    ours(Made.OURS, ArchiveMode.BACKUP);
    ours(Made.OURS_ENCRYPTED, ArchiveMode.BACKUP);
    scripts(Made.SCRIPTS_LEGACY, ScriptSteps.Generation.LEGACY);
    scripts(Made.SCRIPTS_LEGACY_ENCRYPTED, ScriptSteps.Generation.LEGACY);
    scripts(Made.SCRIPTS_NEWEST, ScriptSteps.Generation.NEWEST);
    scripts(Made.SCRIPTS_NEWEST_ENCRYPTED, ScriptSteps.Generation.NEWEST);
    // Whose nodes are offered: to a person, and a guard is said to run.
    try (ProcessLock guard = ProcessLock.acquire(guardFolder()).orElseThrow()) {
      requireNonNull(guard);
      ours(Made.OURS_MIGRATION, ArchiveMode.MIGRATE);
    }
    scripts.migrate(Made.SCRIPTS_MIGRATION.archive(), null);
  }

  private static void scripts(Made made, ScriptSteps.Generation generation) {
    scripts.backup(made.archive(), generation, made.passphraseFile());
  }

  /** To the one compose file, as on a host with a WooCommerce shop. */
  private static void addMariadb() throws Exception {
    Path file = sample.composeFile();
    String mariadb = Files.readString(file.resolveSibling("mariadb.yml"));
    String service =
        mariadb.substring(mariadb.indexOf("  mariadb:"), mariadb.indexOf("\nvolumes:"));
    Files.writeString(
        file,
        Files.readString(file).replace("\nvolumes:\n", "\n" + service + "\nvolumes:\n")
            + "  mariadb_datadir:\n");
    sample.up();
  }

  /** From now on no service writes, though nodes answer: what is in volumes can be compared. */
  private static void settle() throws Exception {
    sh(
        "for i in $(seq 300); do [ -s \"$1/lightningd.sqlite3\" ] && [ -s \"$2/channel.backup\" ]"
            + " && exit; sleep 0.1; done; exit 1",
        sample.volume("clightning_bitcoin_datadir").resolve("bitcoin"),
        sample.volume("lnd_bitcoin_datadir").resolve("data/chain/bitcoin/mainnet"));
    for (String service : List.of("lnd", "clightning", "btcpayserver", "tor", "bitcoind")) {
      Files.writeString(
          sample.composeFile().resolve("../../scripts").normalize().resolve(service + ".sh"),
          """
          trap 'exit 0' TERM INT
          install -m 755 /scripts/lncli.sh /usr/local/bin/lncli
          install -m 755 /scripts/lightning-cli.sh /usr/local/bin/lightning-cli
          while :; do sleep 1 & wait $!; done
          """);
    }
    var _ = sample.compose("restart", "lnd_bitcoin", "clightning_bitcoin", "btcpayserver", "tor");
    awaitDatabases();
  }

  private static void awaitDatabases() {
    sample.awaitPostgres();
    sh(
        "for i in $(seq 600); do docker exec generated_mariadb_1 sh -c"
            + " 'MYSQL_PWD=$MYSQL_ROOT_PASSWORD mariadb-admin -u root ping' >/dev/null 2>&1 &&"
            + " exit; sleep 0.1; done; exit 1");
  }

  private static Path guardFolder() throws Exception {
    return Files.createDirectories(Guard.lockFolder(shared.resolve("state")));
  }

  private static List<Node> nodes() {
    return List.of(
        new Node(
            new NodeName("lnd"),
            NodeKind.LND,
            sample
                .volume("lnd_bitcoin_datadir")
                .resolve("data/chain/bitcoin/mainnet/channel.backup")),
        new Node(
            new NodeName("cln"),
            NodeKind.CLN,
            sample.volume("clightning_bitcoin_datadir").resolve("bitcoin/emergency.recover")));
  }

  private static void ours(Made made, ArchiveMode mode) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      Path kept =
          new Backup(
                  engine,
                  new BackupOrder(
                      mode,
                      QuiesceMode.STOP,
                      sample.profile(),
                      shared.resolve("state"),
                      Files.createTempDirectory(shared, "archives"),
                      passphrase(made),
                      List.of(),
                      new Retention(9, 0, 0, 0),
                      RateLimit.none(),
                      nodes(),
                      "lightkeeper test",
                      "shop",
                      new OfferOrder("a".repeat(32), List.of(), true)),
                  BackupWatcher.NONE)
              .run()
              .archive();
      Files.move(kept, made.archive());
    }
  }

  private static @Nullable Passphrase passphrase(Made made) throws Exception {
    Path file = made.passphraseFile();
    return file == null ? null : Passphrase.firstLineOf(file);
  }

  @AfterAll
  static void close() throws Exception {
    sample.close();
    sample.engine().close();
  }

  @BeforeEach
  void anEmptyDeployment() {
    var _ = sample.compose("down", "-v");
    sh(
        "rm -rf \"$1/lightkeeper-restore\" \"$2\"",
        sample.docker("info", "-f", "{{.DockerRootDir}}"),
        secrets);
  }

  private static void sh(String script, Object... arguments) {
    var _ =
        sample
            .engine()
            .shell()
            .run(
                Stream.concat(
                        Stream.of("bash", "-euo", "pipefail", "-c", script, "test"),
                        Arrays.stream(arguments).map(Object::toString))
                    .toList());
  }

  private static List<String> tree() {
    return list(sample.archived());
  }

  /** Every path with all that is to be kept of it, but for what no archive holds. */
  private static List<String> list(List<Path> roots) {
    return new Shell(Map.of("PYTHONIOENCODING", "utf-8"))
        .run(
            Stream.concat(
                    Stream.of(
                        "python3",
                        "-c",
                        """
                        import hashlib, os, stat, sys
                        out = []
                        def see(p, root):
                          s = os.lstat(p); what = b""
                          if stat.S_ISLNK(s.st_mode): what = os.readlink(p)
                          if stat.S_ISREG(s.st_mode): what = hashlib.sha256(open(p, "rb").read()).hexdigest()
                          d = stat.S_ISDIR(s.st_mode)
                          name = os.path.relpath(p, os.path.dirname(os.path.dirname(root)))
                          out.append(repr((name, oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns, 0 if d else (s.st_size, s.st_nlink), what)))
                        for root in map(os.fsencode, sys.argv[1:]):
                          see(root, root)
                          for folder, folders, files in os.walk(root):
                            if folder.endswith(b"/logs"): folders.clear(); continue
                            for name in folders + files:
                              if name != b"lightning-rpc": see(os.path.join(folder, name), root)
                        print("\\n".join(sorted(out)))
                        """),
                    roots.stream().map(Path::toString))
                .toList())
        .lines()
        .toList();
  }

  private static List<String> rows() {
    awaitDatabases();
    return (sample.docker("exec", "generated_postgres_1", "pg_dumpall", "-c", "-U", "postgres")
            + sample.docker(
                "exec",
                "generated_mariadb_1",
                "sh",
                "-c",
                "MYSQL_PWD=$MYSQL_ROOT_PASSWORD mariadb-dump -u root --databases shop"))
        .lines()
        // A random word in each dump (pg_dump of 2025-08), and the time.
        .filter(l -> !l.startsWith("\\restrict") && !l.startsWith("\\unrestrict"))
        .filter(l -> !l.startsWith("-- Dump completed"))
        .toList();
  }

  private static List<String> without(List<String> lines, Predicate<String> left) {
    return lines.stream().filter(left.negate()).collect(Collectors.toList());
  }

  private static boolean graph(String line) {
    return line.contains("/data/graph");
  }

  /** Channel databases, and the times of folders they are not in. */
  private static boolean toxic(String line) {
    return line.contains("channel.db") || line.contains("lightningd.sqlite3");
  }

  @ParameterizedTest
  @EnumSource
  void restored_by_us_all_but_channel_state_is_equal(Made made) throws Exception {
    RestoreSummary summary = restore(made.archive(), passphrase(made));

    assertThat(summary.plan().staged().withheld().stream().map(Withheld::name))
        .as("kept aside")
        .hasSize(made.migration() ? 2 : 1);
    assertThat(rows()).isEqualTo(rows);
    assertThat(made.as(tree()))
        .isEqualTo(made.as(without(files, l -> toxic(l) || (!made.migration() && graph(l)))));
    if (made.withSecrets()) {
      assertThat(made.as(list(List.of(secrets)))).isEqualTo(made.as(secret));
    } else {
      assertThat(secrets).doesNotExist();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OURS", "OURS_ENCRYPTED", "OURS_MIGRATION"})
  void restored_by_the_scripts_steps_all_is_equal(Made made) throws Exception {
    sh("mkdir -m 700 \"$1\"", secrets);
    // Their guide has the stack set up first, which makes the volumes.
    sample.up();
    awaitDatabases();

    scripts.restore(made.archive(), made.migration(), made.passphraseFile());

    assertThat(rows()).isEqualTo(rows);
    assertThat(made.as(tree()))
        .isEqualTo(made.as(without(files, l -> !made.migration() && graph(l))));
    assertThat(made.as(list(List.of(secrets)))).isEqualTo(made.as(secret));
  }

  @Test
  void a_migration_archive_of_the_scripts_goes_live_nowhere_for_nothing_offers_its_nodes()
      throws Exception {
    Path state = Files.createTempDirectory(shared, "new");
    assertThatThrownBy(
            () ->
                restore(
                    Made.SCRIPTS_MIGRATION.archive(),
                    null,
                    new Migrating(state, "b".repeat(32), "new", null)))
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("no manifest: nothing proves that its nodes never ran again");
    assertThat(sample.docker("volume", "ls", "-q")).doesNotContain("generated_");
  }

  private static RestoreSummary restore(Path archive, @Nullable Passphrase passphrase)
      throws Exception {
    RestoreSummary summary = restore(archive, passphrase, null);
    assertThat(summary.problems()).isEmpty();
    return summary;
  }

  private static RestoreSummary restore(
      Path archive, @Nullable Passphrase passphrase, @Nullable Migrating migrating)
      throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new Restore(
              engine, BtcpayEnvironment.read(sample.profile()), RestoreRun.watcher(""), List.of())
          .run(
              new RestoreOrder(
                  archive, passphrase, sample.profile(), null, List.of(), List.of(), migrating))
          .map(RestoreSummary.class::cast)
          .orElseThrow();
    }
  }

  /** Its statements fail where what they drop is not there, or is the role they run as. */
  @Test
  void a_dump_of_an_older_major_version_loads_and_its_rows_are_left_alone() throws Exception {
    Path older = shared.resolve("older.tar.gz");
    try (InputStream dump = getClass().getResourceAsStream("/dumps/pg_dumpall-9.6.sql")) {
      Files.copy(requireNonNull(dump), shared.resolve("older.sql"));
    }
    sh(
        """
        mkdir "$1/older"; cd "$1/older"; tar -xzpf "$2"; rm mariadb.sql.gz
        gzip -c ../older.sql > postgres.sql.gz; tar -czf "$3" *; rm -r "$1/older"
        """,
        shared,
        Made.SCRIPTS_LEGACY.archive(),
        older);

    var _ = restore(older, null);

    awaitDatabases();
    assertThat(
            sample.psql(
                "btcpayservermainnet", "SELECT \"Id\", \"Blob\" FROM \"Invoices\" ORDER BY 1"))
        .isEqualTo(
            """
            DROP DATABASE btcpayservermainnet;|CREATE ROLE postgres;
            DROP ROLE shop;|
            one|a line
            DROP ROLE postgres;\
            """);
  }
}
