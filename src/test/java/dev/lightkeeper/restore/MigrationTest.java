package dev.lightkeeper.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.backup.BackupRig;
import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.handoff.Claiming;
import dev.lightkeeper.handoff.Guard;
import dev.lightkeeper.handoff.Handoff;
import dev.lightkeeper.handoff.HandoffState;
import dev.lightkeeper.handoff.Register;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreRun.Told;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.Shell;
import dev.lightkeeper.testing.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A deployment that is handed off with {@code backup --migrate}, and another server that its nodes
 * go on at, with their channels; or do not, if there is any doubt.
 */
@EnabledIf(value = "dev.lightkeeper.testing.TestEngine#possible", disabledReason = TestEngine.WHY)
class MigrationTest {
  private static final String SENTENCE = "these nodes will never run on this host again";
  private static final String STATE = "THE-LAST-STATE";
  // The bytes that the stand-in for Core Lightning writes again and again: not what is behind them.
  private static final long REWRITTEN = 16 * 4096;
  private static final NodeName ALICE = new NodeName("alice");
  private static final String SOURCE = "b".repeat(32);
  private static final String HERE = "c".repeat(32);
  private static final Shell SHELL = new Shell(Map.of());

  @TempDir static Path shared;
  private static SampleDeployment sample;
  private static BackupRig source;
  private static Path routine;
  private static Path offline;
  private static String code;
  private static Path archive;
  private static Map<String, String> files;
  private static String rows;

  @TempDir Path dir;
  private Path state;
  private Remote disk;

  @BeforeAll
  static void handOff() throws Exception {
    sample = SampleDeployment.start(TestEngine.start(), shared.resolve("btcpay"));
    Path site = Files.createDirectory(shared.resolve("source"));
    Files.createDirectory(site.resolve("state"));
    Files.writeString(site.resolve("state/writer"), SOURCE);
    source = new BackupRig(sample, site).remote("disk", shared.resolve("disk")).lightningNodes();
    Path cln = sample.volume("clightning_bitcoin_datadir").resolve("bitcoin");
    await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(cln.resolve("hsm_secret")));
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> sized(cln.resolve("lightningd.sqlite3")) >= REWRITTEN);
    identity();
    rows = rows();
    assertThat(source.run().exit()).isZero();
    routine = source.newest();

    BackupRig.Ended unguarded = source.run("--migrate");
    assertThat(unguarded.exit()).isEqualTo(13);
    assertThat(unguarded.out()).contains("systemctl enable --now lightkeeper-guard");
    assertThat(SampleDeployment.SERVICES).allMatch(sample::running);

    Process guard = source.guard();
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> Guard.running(source.state()));
      untaken();
      code = byHand();
      offline = source.newest();
      sample.up();
      sample.awaitPostgres();
      BackupRig.Ended ended = source.run("--migrate");
      assertThat(ended.exit()).as(ended.out()).isZero();
      assertThat(ended.out()).contains("handed off: alice, carol", "on disk", "--migrate");
      archive = source.newest();
      assertThat(SampleDeployment.SERVICES).noneMatch(sample::running);
      assertThat(source.run("--resume").exit()).isZero();
      BackupRig.Ended again = source.run();
      assertThat(again.exit()).as("nothing more is archived there").isEqualTo(13);
      assertThat(SampleDeployment.SERVICES).noneMatch(sample::running);
    } finally {
      BackupRig.terminate(guard);
    }
    files = trees();
  }

  /** No remote can keep the offer: it is said before anything is stopped. */
  private static void untaken() throws Exception {
    Path handoff = Files.createDirectories(shared.resolve("disk/alice")).resolve("handoff");
    Files.createFile(handoff);
    BackupRig.Ended ended = source.run("--migrate");
    assertThat(ended.exit()).as(ended.out()).isEqualTo(15);
    assertThat(ended.out()).contains("no remote would take the offer: disk: ", "--offline");
    assertThat(SampleDeployment.SERVICES).allMatch(sample::running);
    assertThat(source.newest()).as("nothing was archived").isEqualTo(routine);
    assertThat(source.state().resolve("locked.json")).doesNotExist();
    Files.delete(handoff);
  }

  private static long sized(Path file) throws Exception {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** BTCPay's LND image makes them at its first start. */
  private static void identity() throws Exception {
    Path wallet = sample.volume("lnd_bitcoin_datadir").resolve("data/chain/bitcoin/mainnet");
    Files.writeString(wallet.resolve("wallet.db"), "w");
    Files.writeString(wallet.resolve("walletunlock.json"), "u");
    for (Path database : databases()) {
      Files.writeString(database, STATE, StandardOpenOption.APPEND);
    }
  }

  private static List<Path> databases() {
    return List.of(
        sample.volume("lnd_bitcoin_datadir").resolve("data/graph/mainnet/channel.db"),
        sample.volume("clightning_bitcoin_datadir").resolve("bitcoin/lightningd.sqlite3"));
  }

  private static String byHand() throws Exception {
    BackupRig.Ended unsaid = source.run("--migrate", "--offline");
    assertThat(unsaid.exit()).isEqualTo(13);
    assertThat(unsaid.out()).contains("sentence");
    BackupRig.Ended ended = source.run("--migrate", "--offline", "--sentence", SENTENCE);
    assertThat(ended.exit()).as(ended.out()).isZero();
    Matcher shown = Pattern.compile("LKH1-[\\w-]+").matcher(ended.out());
    assertThat(shown.find()).isTrue();
    // As the remote is while the code is good.
    SHELL.run("cp", "-a", shared.resolve("disk").toString(), shared.resolve("unvoided").toString());
    assertThat(source.lightkeeper("handoff", "release", "--code-unused").exit()).isZero();
    return shown.group();
  }

  @AfterAll
  static void close() throws Exception {
    sample.close();
    sample.engine().close();
  }

  /** A server without any node, a state folder of its own, and remotes as the source left them. */
  @BeforeEach
  void anotherServer() throws Exception {
    state = Files.createDirectory(dir.resolve("state"));
    Files.writeString(state.resolve("writer"), HERE);
    SHELL.run("cp", "-a", shared.resolve("disk").toString(), dir.resolve("disk").toString());
    disk = new DirectoryRemote("disk", dir.resolve("disk"));
    if (!pristine()) {
      empty();
    }
  }

  private static boolean pristine() {
    return sample.running("postgres")
        && !sample.running("lnd_bitcoin")
        && !sample.docker("volume", "ls", "-q").contains("clightning");
  }

  private static void empty() {
    var _ = sample.compose("down", "-v");
    SHELL.run("rm", "-rf", restores().toString());
    var _ = sample.compose("up", "-d", "--no-deps", "postgres", "bitcoind");
    sample.awaitPostgres();
    var _ = sample.docker("volume", "rm", "-f", "generated_lnd_bitcoin_datadir");
    var _ = sample.docker("volume", "rm", "-f", "generated_clightning_bitcoin_datadir");
    var _ = sample.psql("postgres", "CREATE TABLE mine AS SELECT 42 AS answer");
  }

  private static Path restores() {
    return Path.of(sample.docker("info", "-f", "{{.DockerRootDir}}"))
        .resolve("lightkeeper-restore");
  }

  private static String rows() {
    return sample.psql(
            "btcpayservermainnet",
            "SELECT count(*), md5(string_agg(secret, ',' ORDER BY id)) FROM invoices")
        + sample.psql(
            "nbxplorermainnet", "SELECT md5(string_agg(id, ',' ORDER BY height)) FROM blks");
  }

  /** Every name, type, mode, owner, time and content of the archived volumes. */
  private static Map<String, String> trees() {
    Map<String, String> trees = new HashMap<>();
    for (String volume : SampleDeployment.ARCHIVED) {
      trees.put(
          volume,
          SHELL.run(
              "bash",
              "-c",
              "cd \"$1\"; find . -path '*/logs/*' -prune -o ! -type s -printf '%P %y %m %U %G %T@"
                  + " %l\\n' | sort; find . -path '*/logs/*' -prune -o -type f -print | sort |"
                  + " xargs sha256sum",
              "test",
              sample.volume(volume).toString()));
    }
    return trees;
  }

  private RestoreOrder order(Path file, @Nullable String handoffCode) {
    return new RestoreOrder(
        file,
        null,
        sample.profile(),
        null,
        List.of(disk),
        List.of(),
        new Migrating(state, HERE, "new", handoffCode));
  }

  private Optional<RestoreSummary> migrate(Path file, RestoreWatcher watcher) throws Exception {
    return migrate(order(file, null), watcher);
  }

  private static Optional<RestoreSummary> migrate(RestoreOrder order, RestoreWatcher watcher)
      throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new Restore(engine, BtcpayEnvironment.read(sample.profile()), watcher, order.remotes())
          .run(order)
          .map(RestoreSummary.class::cast);
    }
  }

  private Path rollBack() throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new Restore(
              engine,
              BtcpayEnvironment.read(sample.profile()),
              RestoreRun.watcher(""),
              List.of(disk))
          .rollBack()
          .orElseThrow();
    }
  }

  private boolean recover() throws Exception {
    return recover(List.of(disk));
  }

  private static boolean recover(List<Remote> remotes) throws Exception {
    try (Engine engine = Engine.open(sample.dockerHost())) {
      return new Restore(
              engine, BtcpayEnvironment.read(sample.profile()), RestoreRun.watcher(""), remotes)
          .recover();
    }
  }

  private void assertRefused(Path file, String words) {
    assertNotDone(Kind.REFUSED, file, words);
  }

  private void assertNotDone(Kind kind, Path file, String words) {
    assertThatThrownBy(() -> migrate(file, RestoreRun.watcher("")))
        .isInstanceOfSatisfying(
            RestoreException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.what()).contains(words);
              assertThat(e.remedy()).isNotBlank();
            });
    assertUntouched();
  }

  private static void assertUntouched() {
    assertThat(sample.psql("postgres", "SELECT answer FROM mine")).isEqualTo("42");
    assertNothingLive();
  }

  private static void assertNothingLive() {
    assertThat(sample.holding(STATE)).isEmpty();
  }

  private static void assertMigrated() throws Exception {
    sample.awaitPostgres();
    assertThat(rows()).isEqualTo(rows);
    assertThat(SampleDeployment.SERVICES).allMatch(sample::running);
    for (Path database : databases()) {
      assertThat(Files.readString(database, StandardCharsets.ISO_8859_1)).contains(STATE);
    }
  }

  private HandoffState handoff() throws Exception {
    return Register.read(state, List.of(disk)).entries().getFirst().state();
  }

  private HandoffState.Progress progress() throws Exception {
    return ((HandoffState.Claimed) handoff()).progress();
  }

  @Test
  void a_server_goes_on_with_its_channels_and_the_archive_is_old_then() throws Exception {
    Map<String, String> found = new HashMap<>();
    RestoreSummary summary =
        migrate(
                archive,
                new Told(
                    step -> {
                      if (step.equals("starting the stack")) {
                        found.putAll(trees());
                      }
                    }))
            .orElseThrow();

    assertThat(found).isEqualTo(files);
    assertMigrated();
    assertThat(summary.problems()).isEmpty();
    assertThat(summary.todo()).noneMatch(t -> t.contains("restorechanbackup"));
    assertThat(progress()).isEqualTo(HandoffState.Progress.SPENT);
    try (RemoteSession session = disk.connect()) {
      assertThat(session.writers(ALICE).getLast().id()).as("the new writer").isEqualTo(HERE);
    }
    assertThatThrownBy(this::rollBack)
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContaining("run here since");
    assertMigrated();

    empty();
    assertRefused(archive, "used the offer");
    SHELL.run("rm", "-r", state.resolve("handoff").toString());
    assertRefused(archive, "claimed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claiming", "putting volumes", "telling"})
  void a_killed_migration_is_rolled_back_or_finished_by_the_next_run(String step) throws Exception {
    int exit =
        RestoreRun.migration(
            sample.dockerHost(), sample.profile(), archive, step, dir.resolve("disk"), state);
    assertThat(exit).isEqualTo(RestoreRun.KILLED);
    boolean late = step.equals("telling");
    assertThat(SampleDeployment.WRITERS).noneMatch(sample::running);

    assertThat(recover()).isEqualTo(!step.equals("claiming"));

    if (late) {
      assertMigrated();
      assertThat(progress()).isEqualTo(HandoffState.Progress.SPENT);
      return;
    }
    sample.awaitPostgres();
    assertUntouched();
    if (step.equals("putting volumes")) {
      assertThat(progress()).as("kept for another try").isEqualTo(HandoffState.Progress.CLAIMED);
      assertThat(rollBack()).exists();
      assertThat(progress()).isEqualTo(HandoffState.Progress.ABANDONED);
      empty(); // what ran before runs again, and that made nodes of its own
      assertRefused(archive, "used the offer");
    }
  }

  private static final String RAN = "WRITTEN-BY-THE-NODE-THAT-RAN";

  /**
   * As after kill -9 once its databases were in place, when its journal said {@code phase} and the
   * stack was started by a reboot.
   */
  private void cutShortAndRan(String phase, int database) throws Exception {
    int exit =
        RestoreRun.migration(
            sample.dockerHost(), sample.profile(), archive, "telling", dir.resolve("disk"), state);
    assertThat(exit).isEqualTo(RestoreRun.KILLED);
    Path journal;
    try (Stream<Path> journals = Files.find(restores(), 2, (f, _) -> f.endsWith("journal.json"))) {
      journal = journals.toList().getFirst();
    }
    String text = Files.readString(journal);
    assertThat(text).contains("\"SPENDING\"");
    Files.writeString(journal, text.replace("\"SPENDING\"", "\"" + phase + "\""));
    Files.writeString(databases().get(database), RAN, StandardOpenOption.APPEND);
  }

  private void assertRanAndMigrated(int database) throws Exception {
    assertMigrated();
    assertThat(Files.readString(databases().get(database), StandardCharsets.ISO_8859_1))
        .contains(RAN);
    assertThat(progress()).isEqualTo(HandoffState.Progress.SPENT);
  }

  @ParameterizedTest
  @CsvSource({"SPENDING, 0", "SWAPPING, 1", "ROLLING_BACK, 0"})
  void a_migration_whose_node_ran_before_it_was_finished_is_not_undone(String phase, int database)
      throws Exception {
    cutShortAndRan(phase, database);

    assertThatThrownBy(this::rollBack)
        .isInstanceOfSatisfying(
            RestoreException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.REFUSED);
              assertThat(e.what()).contains("ran here", databases().get(database) + " changed");
              assertThat(e.remedy()).contains("only be finished");
            });
    assertThat(progress()).as("the source stays locked").isEqualTo(HandoffState.Progress.CLAIMED);
    assertThat(recover()).isTrue();

    assertRanAndMigrated(database);
  }

  @Test
  void a_migration_whose_node_ran_in_the_middle_of_the_swap_is_not_begun_again() throws Exception {
    cutShortAndRan("SWAPPING", 0);

    try (Engine engine = Engine.open(sample.dockerHost())) {
      RestoreOrder order = order(archive, null);
      assertThat(
              new Restore(
                      engine,
                      BtcpayEnvironment.read(sample.profile()),
                      RestoreRun.watcher(""),
                      order.remotes())
                  .run(order))
          .containsInstanceOf(FinishedRestore.class);
    }

    assertRanAndMigrated(0);
  }

  @Test
  void a_migration_whose_node_ran_and_streamed_is_finished_all_the_same() throws Exception {
    cutShortAndRan("SPENDING", 0);
    ChannelBackup newer = ChannelBackup.of(new byte[] {1, 2, 3});
    try (RemoteSession session = disk.connect()) {
      long next = session.versions(ALICE).getLast().sequence() + 1;
      session.publish(ALICE, new Version(next, Instant.now(), newer.hash()), newer);
    }

    assertThat(recover()).isTrue();

    assertRanAndMigrated(0);
  }

  @Test
  void a_migration_whose_node_ran_stays_as_it_is_where_the_source_ran_too() throws Exception {
    SHELL.run("cp", "-a", source.state().toString(), dir.resolve("source").toString());
    cutShortAndRan("SPENDING", 0);
    assertThat(voidedBySource(disk)).isTrue();

    assertThatThrownBy(this::recover)
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.STUCK))
        .hasMessageContaining("void since");

    assertThat(SampleDeployment.WRITERS).noneMatch(sample::running);
    assertThat(Files.readString(databases().getFirst(), StandardCharsets.ISO_8859_1)).contains(RAN);
  }

  @Test
  void a_migration_that_fails_gives_the_handoff_back_to_the_source() throws Exception {
    assertThatThrownBy(
            () ->
                migrate(
                    archive,
                    new Told(
                        step -> {
                          if (step.startsWith("telling")) {
                            throw new IllegalStateException("a fault");
                          }
                        })))
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ROLLED_BACK));

    sample.awaitPostgres();
    assertUntouched();
    assertThat(progress()).isEqualTo(HandoffState.Progress.ABANDONED);
  }

  // The second connection at that step is the one that tells it: the offer is used up here by then.
  private static Told falteringAt(String step, Faltering remote, int nth, Faltering.Event event) {
    return new Told(
        what -> {
          if (what.startsWith(step)) {
            remote.at(nth, event);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_remote_that_drops_while_the_offer_is_used_up_only_delays_the_migration(boolean stopped)
      throws Exception {
    Faltering remote = new Faltering(disk);
    disk = remote;
    Faltering.Event event =
        () -> {
          if (stopped) {
            throw new InterruptedException("Ctrl-C");
          }
          throw new RemoteException(RemoteException.Kind.UNREACHABLE, "gone", "wait", null);
        };

    assertThatThrownBy(() -> migrate(archive, falteringAt("telling", remote, 2, event)))
        .isInstanceOfSatisfying(
            RestoreException.class,
            e -> assertThat(e.kind()).isEqualTo(stopped ? Kind.STUCK : Kind.UNREACHABLE))
        .hasMessageContaining("cannot be finished yet");
    assertThat(Thread.interrupted()).isEqualTo(stopped);
    assertThat(SampleDeployment.WRITERS).noneMatch(sample::running);
    assertThat(recover()).isTrue();

    assertMigrated();
    assertThat(progress()).isEqualTo(HandoffState.Progress.SPENT);
  }

  @Test
  void a_killed_migration_is_not_finished_without_asking_every_remote_it_was_claimed_on()
      throws Exception {
    Path folder = dir.resolve("disk");
    int exit =
        RestoreRun.migration(
            sample.dockerHost(), sample.profile(), archive, "telling", folder, state);
    assertThat(exit).isEqualTo(RestoreRun.KILLED);
    Remote other = new DirectoryRemote("other", Files.createDirectory(dir.resolve("other")));

    for (List<Remote> remotes : List.of(List.<Remote>of(), List.of(other))) {
      assertThatThrownBy(() -> recover(remotes))
          .isInstanceOfSatisfying(
              RestoreException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
                assertThat(e.what()).contains("cannot be finished yet", disk.location());
                assertThat(e.remedy()).contains("--remote");
              });
      assertThat(SampleDeployment.WRITERS).noneMatch(sample::running);
    }
    // Of the other alone this restore reads; all that are configured end the migration first.
    BackupRig here =
        new BackupRig(sample, dir).remote("moved", folder).remote("other", dir.resolve("other"));
    BackupRig.Ended ended =
        here.lightkeeper("restore", routine.toString(), "--remote", "other", "--yes");

    assertThat(ended.exit()).as(ended.out()).isZero();
    assertThat(ended.out()).contains("is finished; no other was begun");
    assertMigrated();
    assertThat(progress()).isEqualTo(HandoffState.Progress.SPENT);
  }

  @Test
  void a_claim_that_is_refused_once_it_is_written_can_be_given_up() throws Exception {
    SHELL.run("cp", "-a", source.state().toString(), dir.resolve("source").toString());
    Remote real = disk;
    Faltering remote = new Faltering(real);
    disk = remote;
    // Asked, looked at and written: the fourth connection looks at what came of it.
    Told watcher =
        falteringAt("claiming", remote, 4, () -> assertThat(voidedBySource(real)).isTrue());

    assertThatThrownBy(() -> migrate(archive, watcher))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("void since");
    assertThat(rollBack()).exists();

    assertNoRestoreLeft();
    try (RemoteSession session = real.connect()) {
      assertThat(session.notes(ALICE)).anyMatch(n -> n.name().startsWith("abandoned-"));
    }
    assertUntouched();
  }

  @Test
  void a_claim_that_another_host_got_first_stands_in_the_way_of_no_later_rollback()
      throws Exception {
    Remote real = disk;
    Faltering remote = new Faltering(real);
    disk = remote;
    Told watcher = falteringAt("claiming", remote, 3, () -> claimElsewhere(real));

    assertThatThrownBy(() -> migrate(archive, watcher))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("another destination claimed");
    assertThatThrownBy(this::rollBack).hasMessageContaining("another claimed it");

    assertNoRestoreLeft();
    assertUntouched();
  }

  private void assertNoRestoreLeft() {
    assertThatThrownBy(this::rollBack)
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
  }

  @Test
  void a_plan_that_is_not_confirmed_claims_nothing() throws Exception {
    assertThat(migrate(archive, RestoreRun.watcher("no"))).isEmpty();

    assertThat(handoff()).isInstanceOf(HandoffState.Offered.class);
    assertUntouched();
  }

  @Test
  void a_routine_archive_never_goes_live() {
    assertRefused(routine, "routine backup");
  }

  @Test
  void an_archive_that_is_not_byte_for_byte_the_one_that_was_offered_is_refused() {
    Path edited = dir.resolve("edited.tar.gz");
    SHELL.run(
        "bash",
        "-c",
        "zcat \"$1\" | gzip -1 > \"$2\"",
        "test",
        archive.toString(),
        edited.toString());

    assertRefused(edited, "not the one that was offered");
  }

  @Test
  void an_offer_that_the_source_made_void_is_refused() throws Exception {
    SHELL.run("cp", "-a", source.state().toString(), dir.resolve("source").toString());
    assertThat(voidedBySource(disk)).isTrue();

    assertRefused(archive, "void since");
  }

  // Its channel databases are not what they were: here, gone with its volumes.
  private boolean voidedBySource(Remote remote) throws Exception {
    try (Guard guard =
        new Guard(
            dir.resolve("source"),
            "old",
            List.of(remote),
            () -> Engine.open(sample.dockerHost()),
            new AlertBook(InstantSource.system()),
            InstantSource.system())) {
      return guard.round().voided() != null;
    }
  }

  @Test
  void a_newer_version_on_a_remote_is_refused() throws Exception {
    ChannelBackup newer = ChannelBackup.of(new byte[] {1, 2, 3});
    try (RemoteSession session = disk.connect()) {
      long next = session.versions(ALICE).getLast().sequence() + 1;
      session.publish(ALICE, new Version(next, Instant.EPOCH, newer.hash()), newer);
    }

    assertRefused(archive, "the source ran again");
  }

  @Test
  void a_remote_that_was_set_back_is_refused() {
    SHELL.run("bash", "-c", "rm \"$1\"/alice/versions/*", "test", dir.resolve("disk").toString());

    assertRefused(archive, "set back");
  }

  @Test
  void a_remote_that_does_not_answer_is_a_doubt() {
    SHELL.run("mv", dir.resolve("disk").toString(), dir.resolve("away").toString());

    assertNotDone(Kind.UNREACHABLE, archive, "does not answer");
  }

  @Test
  void an_offer_that_another_host_claimed_is_refused() throws Exception {
    claimElsewhere(disk);

    assertRefused(archive, "claimed");
  }

  private void claimElsewhere(Remote remote) throws Exception {
    Handoff offer = Register.read(state, List.of(remote)).entries().getFirst().offer();
    var _ =
        new Claiming(dir.resolve("another"), "d".repeat(32), "another", InstantSource.system())
            .claim(
                new Claiming.ArchiveSeen(
                    offer.archive(), offer.id(), offer.key(), offer.databases(), null),
                Map.of(),
                List.of(remote));
  }

  /** The remote as it was before the source took its offer back. */
  private void unvoided() {
    disk = new DirectoryRemote("disk", copy("unvoided"));
  }

  private Path copy(String name) {
    SHELL.run("cp", "-a", shared.resolve(name).toString(), dir.resolve(name).toString());
    return dir.resolve(name);
  }

  @Test
  void a_code_carried_by_hand_is_good_for_its_own_archive_alone() throws Exception {
    unvoided();
    assertThat(migrate(order(offline, code), RestoreRun.watcher("no"))).isEmpty();
    assertThatThrownBy(() -> migrate(order(archive, code), RestoreRun.watcher("")))
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("another archive");
    assertRefused(offline, "no remote holds the offer");
    assertUntouched();
  }

  private void assertCodeRefused(Kind kind, String words) {
    assertThatThrownBy(() -> migrate(order(offline, code), RestoreRun.watcher("")))
        .isInstanceOfSatisfying(
            RestoreException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.what()).contains(words);
            });
    assertUntouched();
  }

  @Test
  void a_code_carried_by_hand_is_refused_where_a_remote_knows_that_its_offer_is_void() {
    assertCodeRefused(Kind.REFUSED, "void since");
  }

  @Test
  void a_code_carried_by_hand_is_refused_while_a_remote_does_not_answer() {
    SHELL.run("mv", dir.resolve("disk").toString(), dir.resolve("away").toString());

    assertCodeRefused(Kind.UNREACHABLE, "does not answer");
  }

  @Test
  void a_code_carried_by_hand_is_refused_where_the_source_streamed_since() throws Exception {
    unvoided();
    ChannelBackup newer = ChannelBackup.of(new byte[] {1, 2, 3});
    try (RemoteSession session = disk.connect()) {
      session.prepare(ALICE);
      session.publish(ALICE, new Version(1, Instant.now(), newer.hash()), newer);
    }

    assertCodeRefused(Kind.REFUSED, "the source ran again");
  }

  @Test
  void a_code_carried_by_hand_is_used_once_where_a_remote_can_tell() throws Exception {
    unvoided();
    ChannelBackup older = ChannelBackup.of(new byte[] {1, 2, 3});
    try (RemoteSession session = disk.connect()) {
      session.prepare(ALICE);
      session.publish(ALICE, new Version(1, Instant.EPOCH, older.hash()), older);
    }

    var _ = migrate(order(offline, code), RestoreRun.watcher("")).orElseThrow();

    assertMigrated();
    try (RemoteSession session = disk.connect()) {
      assertThat(session.notes(ALICE))
          .extracting(n -> n.name().replaceAll("-.*", ""))
          .contains("claim", "spent");
      assertThat(session.writers(ALICE).getLast().id()).isEqualTo(HERE);
    }
    empty();
    SHELL.run("rm", "-r", state.resolve("handoff").toString());
    assertCodeRefused(Kind.REFUSED, "claimed");
  }

  private static BackupRig.Ended byHand(BackupRig here, Path file) throws Exception {
    return here.lightkeeper(
        "restore", offline.toString(), "--migrate", "--handoff-code", "@" + file, "--yes");
  }

  @Test
  void a_code_carried_by_hand_brings_a_server_over_without_any_remote_and_once() throws Exception {
    BackupRig here = new BackupRig(sample, dir);
    Path file = Files.writeString(dir.resolve("code.txt"), code + "\n");
    BackupRig.Ended ended = byHand(here, file);

    assertThat(ended.exit()).as(ended.out()).isZero();
    assertMigrated();
    BackupRig.Ended undone = here.lightkeeper("restore", "--rollback", "--yes");
    assertThat(undone.exit()).as(undone.out()).isEqualTo(13);
    assertThat(undone.out()).contains("run here since");
    assertMigrated();
    empty();
    BackupRig.Ended again = byHand(here, file);
    assertThat(again.exit()).as(again.out()).isEqualTo(13);
    assertThat(again.out()).contains("used");
    assertUntouched();
  }

  @Test
  void the_command_says_thirteen_and_leaves_the_host_alone() throws Exception {
    BackupRig here = new BackupRig(sample, dir).remote("disk", dir.resolve("disk"));

    BackupRig.Ended refused = here.lightkeeper("restore", routine.toString(), "--migrate", "--yes");
    assertThat(refused.exit()).as(refused.out()).isEqualTo(13);
    BackupRig.Ended plan =
        here.lightkeeper("restore", archive.toString(), "--migrate", "--dry-run");
    assertThat(plan.exit()).as(plan.out()).isZero();
    assertThat(plan.out())
        .contains("open; it is claimed once you say yes", "Goes live", "channel.db");
    Path file = Files.writeString(dir.resolve("code.txt"), code + "\n");
    List<String> byHand =
        List.of(offline.toString(), "--migrate", "--handoff-code", "@" + file, "--dry-run");
    BackupRig.Ended takenBack = here.lightkeeper("restore", byHand.toArray(String[]::new));
    assertThat(takenBack.exit()).as(takenBack.out()).isEqualTo(13);
    assertThat(takenBack.out()).contains("void since");
    BackupRig.Ended alone =
        new BackupRig(sample, dir).lightkeeper("restore", byHand.toArray(String[]::new));
    assertThat(alone.exit()).as(alone.out()).isZero();
    assertThat(alone.out()).contains("Goes live");

    assertUntouched();
  }
}
