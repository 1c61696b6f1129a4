package dev.lightkeeper.restore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.archive.ArchiveDraft;
import dev.lightkeeper.archive.ArchiveException;
import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ArchiveProgress;
import dev.lightkeeper.archive.ArchiveSources;
import dev.lightkeeper.archive.BtcpayLayout;
import dev.lightkeeper.archive.Dump;
import dev.lightkeeper.archive.DumpStream;
import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.archive.PassReport;
import dev.lightkeeper.archive.Passphrase;
import dev.lightkeeper.archive.SealOrder;
import dev.lightkeeper.archive.SealedArchive;
import dev.lightkeeper.deployment.DatabaseKind;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.testing.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives made by tar, gzip, gpg and Python, as the scripts and as an attacker make them. */
class StagingTest {
  private static final String BEGIN =
      """
      set -euo pipefail
      cd "$1"
      lnd=volumes/generated_lnd_bitcoin_datadir/_data/data
      cln=volumes/generated_clightning_bitcoin_datadir/_data/bitcoin
      mkdir -p volumes/generated_btcpay_datadir/_data/Plugins "$lnd/chain/bitcoin/mainnet" "$lnd/graph/mainnet" "$cln"
      { echo "CREATE ROLE postgres;"; echo "-- PostgreSQL database cluster dump complete"; echo; } | gzip > postgres.sql.gz
      echo backup > btcpay-backup-mode
      echo wallet > "$lnd/chain/bitcoin/mainnet/wallet.db"
      echo unlock > "$lnd/chain/bitcoin/mainnet/walletunlock.json"
      echo state > "$lnd/graph/mainnet/channel.db"
      echo secret > "$cln/hsm_secret"
      python3 -c 'import sqlite3; c = sqlite3.connect("'$cln'/lightningd.sqlite3"); c.execute("CREATE TABLE shachains (id INT)"); c.commit()'
      """;
  private static final String PACK =
      "tar -cz postgres.sql.gz btcpay-backup-mode volumes > ../backup.tar.gz\n";

  @TempDir Path folder;
  private final Dumps dumps = new Dumps();
  private Path work;
  private Path archive;

  /** Keeps what it is told. */
  private static final class Dumps implements DumpReceiver {
    private final List<DatabaseKind> arrived = new ArrayList<>();
    private boolean abandoned;

    @Override
    public void arrived(DatabaseKind kind, Path dump) {
      assertThat(dump).isNotEmptyFile();
      arrived.add(kind);
    }

    @Override
    public void abandon() {
      abandoned = true;
    }
  }

  @BeforeEach
  void folders() throws IOException {
    work = Files.createDirectory(folder.resolve("source"));
    archive = folder.resolve("backup.tar.gz");
  }

  private void make(String script) {
    var _ = new Shell(Map.of()).run("bash", "-c", BEGIN + script, "test", work.toString());
  }

  private Staged stage() throws Exception {
    return stage(null);
  }

  private Staged stage(@Nullable String passphrase) throws Exception {
    return new Staging(
            archive,
            passphrase == null ? null : Passphrase.of(passphrase.toCharArray()),
            folder.resolve("staging"),
            dumps)
        .run(ArchiveProgress.NONE);
  }

  private void assertRefused(Kind kind, String... words) {
    assertThatThrownBy(this::stage)
        .isInstanceOfSatisfying(RestoreException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContainingAll(words);
    assertThat(dumps.abandoned).isTrue();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    assertThat(folder.resolve("staging")).doesNotExist();
  }

  /**
   * Adds members to the archive that no tar would make; {@code t} is the tar, {@code m(…)} adds.
   */
  private void forge(String members) {
    make(
        """
        cat > ../forge.py <<'END'
        import io, tarfile
        t = tarfile.open("../backup.tar.gz", "w:gz")
        t.add("postgres.sql.gz"); t.add("btcpay-backup-mode"); t.add("volumes")
        def m(name, type=tarfile.REGTYPE, link="", data=b"evil"):
          i = tarfile.TarInfo(name); i.type = type; i.linkname = link
          if type == tarfile.REGTYPE: i.size = len(data)
          t.addfile(i, io.BytesIO(data) if type == tarfile.REGTYPE else None)
        %s
        t.close()
        END
        python3 ../forge.py
        """
            .formatted(members));
  }

  @Test
  void a_large_file_that_a_later_name_shows_to_be_state_goes_aside_while_others_are_written()
      throws Exception {
    forge(
        """
        d = "volumes/generated_btcpay_datadir/_data/"
          m(d + "large", data=b"x" * (2 << 20))
          m("volumes/generated_lnd_bitcoin_datadir/_data/data/graph/mainnet/channel.db.old",
            tarfile.LNKTYPE, d + "large")
          for i in range(8): m(d + str(i), data=b"y" * (2 << 20))
        """
            .replace("\n  ", "\n"));

    Staged staged = stage();

    assertThat(staged.withheld()).extracting(Withheld::name).anyMatch(e -> e.endsWith("/large"));
    assertThat(
            Staged.tree(folder.resolve("staging"))
                .resolve("volumes/generated_btcpay_datadir/_data/large"))
        .doesNotExist();
  }

  @Test
  void everything_but_channel_state_is_there_exactly() throws Exception {
    make(
        """
        d=volumes/generated_btcpay_datadir/_data
        echo one > "$d/one"; ln "$d/one" "$d/other name"; ln -s /etc/passwd "$d/link"
        mkfifo "$d/fifo"; truncate -s 5M "$d/hole"; printf x >> "$d/hole"
        ln -s "$(printf '\\377t')" "$d/rawlink"
        chown 1234:4321 "$d/one"; chown -h 77:88 "$d/link"; chmod 4711 "$d/one"; chmod 1777 "$d/Plugins"
        touch -d '2020-02-03 04:05:06.123456789' "$d/one" "$d/Plugins"
        touch -h -d '2021-02-03 04:05:06.987654321' "$d/link"
        tar --format=posix -cz postgres.sql.gz btcpay-backup-mode volumes > ../backup.tar.gz
        """);

    Staged staged = stage();

    assertThat(list(staged.data("generated_btcpay_datadir")))
        .isEqualTo(list(work.resolve("volumes/generated_btcpay_datadir/_data")));
    assertThat(staged.data("generated_btcpay_datadir").resolve("hole"))
        .satisfies(f -> assertThat(blocks(f)).isLessThan(100));
    assertThat(staged.mode()).isEqualTo(ArchiveMode.BACKUP);
    assertThat(staged.dumps()).containsOnlyKeys(DatabaseKind.POSTGRES);
  }

  @Test
  void names_are_kept_byte_for_byte() throws Exception {
    make(
        """
        d=volumes/generated_btcpay_datadir/_data
        printf 'raw' > "$d/$(printf 'caf\\351 \\n')"; touch -d @1500000000 "$d"/caf* "$d" "$d/Plugins"
        """
            + PACK);
    Staged staged = stage();
    assertThat(list(staged.data("generated_btcpay_datadir")))
        .isEqualTo(list(work.resolve("volumes/generated_btcpay_datadir/_data")));
  }

  private static long blocks(Path file) {
    return Long.parseLong(new Shell(Map.of()).run("stat", "-c", "%b", file.toString()));
  }

  /** Every path with all that is to be kept of it. */
  private static String list(Path root) {
    return new Shell(Map.of())
        .run(
            "python3",
            "-c",
            """
            import hashlib, os, stat, sys
            root = os.fsencode(sys.argv[1]); out = []
            for folder, folders, files in os.walk(root):
              for name in folders + files:
                p = os.path.join(folder, name); s = os.lstat(p); what = b""
                if stat.S_ISLNK(s.st_mode): what = os.readlink(p)
                if stat.S_ISREG(s.st_mode): what = hashlib.sha256(open(p, "rb").read()).digest()
                d = stat.S_ISDIR(s.st_mode)
                out.append(repr((p[len(root):], oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns, 0 if d else (s.st_size, s.st_nlink), what)))
            print("\\n".join(sorted(out)))
            """,
            root.toString());
  }

  @Test
  void channel_state_is_kept_aside_under_a_name_that_says_so() throws Exception {
    make(
        """
        d=volumes/generated_btcpay_datadir/_data
        cp "$cln/lightningd.sqlite3" "$d/innocent"; gzip -c "$d/innocent" > "$d/Plugins/logo.png"
        cp "$cln/lightningd.sqlite3" "$d/a"; ln "$d/a" "$d/b"; touch "$d/a-wal"
        ln "$cln/hsm_secret" "$d/channel.db"
        mkdir -p volumes/generated_litecoin_lnd/_data; cp "$d/innocent" volumes/generated_litecoin_lnd/_data/x
        """
            + PACK);

    Staged staged = stage();

    assertThat(staged.withheld().stream().map(Withheld::name).map(n -> n.replaceAll(".*/", "")))
        .contains(
            "channel.db", "lightningd.sqlite3", "innocent", "logo.png", "a", "b", "a-wal", "x");
    assertThat(staged.withheld())
        .allSatisfy(w -> assertThat(w.file().toString()).contains("DO-NOT-START"));
    try (Stream<Path> files = Files.walk(Staged.tree(staged.folder()))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .doesNotContain("channel.db", "lightningd.sqlite3", "innocent", "logo.png", "a", "b", "x")
          .contains("wallet.db");
    }
  }

  @Test
  void an_encrypted_archive_needs_its_passphrase() throws Exception {
    make(
        PACK
            + "gpg --batch --quiet --symmetric --pinentry-mode loopback --passphrase right -o ../x"
            + " ../backup.tar.gz; mv ../x ../backup.tar.gz\n");
    assertThatThrownBy(() -> stage("wrong"))
        .isInstanceOfSatisfying(
            ArchiveException.class,
            e -> assertThat(e.kind()).isEqualTo(ArchiveException.Kind.WRONG_PASSPHRASE));
    assertNothingIsLeft();
    assertThat(stage("right").volumes()).contains("generated_btcpay_datadir");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "m('../outside')",
        "m('/tmp/outside')",
        "m('volumes/generated_btcpay_datadir/_data/../../../outside')",
        "m('volumes/generated_btcpay_datadir/_data//x')",
        "m('etc/passwd')",
        "m('volumes/generated_btcpay_datadir/_data/null', tarfile.CHRTYPE)",
        "m('volumes/generated_btcpay_datadir/_data/disk', tarfile.BLKTYPE)",
        "m('volumes/generated_x/_data', tarfile.SYMTYPE, '/etc')",
        "m('volumes/generated_btcpay_datadir/_data/h', tarfile.LNKTYPE, '/etc/passwd')",
        "m('volumes/generated_btcpay_datadir/_data/h', tarfile.LNKTYPE, '../../etc/passwd')",
        "m('volumes/generated_btcpay_datadir/_data/h', tarfile.LNKTYPE, 'postgres.sql.gz')",
        "m('volumes/generated_btcpay_datadir/_data/h', tarfile.LNKTYPE,"
            + " 'volumes/generated_btcpay_datadir/_data/none')",
        "m('volumes/generated_btcpay_datadir/_data/s', tarfile.SYMTYPE, '/etc');"
            + " m('volumes/generated_btcpay_datadir/_data/s/evil')",
        "m('volumes/generated_btcpay_datadir/_data/s', tarfile.SYMTYPE, '/etc/passwd');"
            + " m('volumes/generated_btcpay_datadir/_data/s')",
        "m('volumes/generated_btcpay_datadir/_data/s', tarfile.SYMTYPE, '/etc/passwd');"
            + " m('volumes/generated_btcpay_datadir/_data/h', tarfile.LNKTYPE,"
            + " 'volumes/generated_btcpay_datadir/_data/s')",
        "m('volumes/generated_btcpay_datadir/_data/f');"
            + " m('volumes/generated_btcpay_datadir/_data/f')",
        "m('secrets/x', tarfile.SYMTYPE, '/etc/shadow')",
        "m('btcpay-backup-mode', data=b'migrate')",
        "m('postgres.sql.gz')",
      })
  void an_archive_that_no_backup_makes_is_refused(String members) {
    forge(members);
    assertRefused(Kind.ARCHIVE, "archive");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm postgres.sql.gz; tar -cz btcpay-backup-mode volumes > ../backup.tar.gz",
        "tar -cz btcpay-backup-mode postgres.sql.gz > ../backup.tar.gz",
        "echo 'CREATE ROLE postgres;' | gzip > postgres.sql.gz; " + PACK,
        "head -c 30 postgres.sql.gz > x; mv x postgres.sql.gz; " + PACK,
        "echo none > btcpay-backup-mode; " + PACK,
      })
  void an_archive_that_lacks_something_is_refused(String script) {
    make(script);
    assertRefused(Kind.ARCHIVE, "archive");
  }

  @Test
  void a_wallet_without_what_unlocks_it_is_refused() {
    make("rm $lnd/chain/bitcoin/mainnet/walletunlock.json\n" + PACK);
    assertRefused(Kind.REFUSED, "wallet.db", "walletunlock.json");
  }

  @Test
  void what_unlocks_a_wallet_without_the_wallet_is_refused() {
    make("rm $lnd/chain/bitcoin/mainnet/wallet.db\n" + PACK);
    assertRefused(Kind.REFUSED, "walletunlock.json without the wallet.db");
  }

  /** An archive of ours, encrypted, with a manifest of every file, as {@code backup} makes it. */
  private void makeOurs() throws Exception {
    make("");
    ArchiveSources sources = new ArchiveSources(work, null, new BtcpayLayout(ArchiveMode.BACKUP));
    try (ArchiveDraft draft = ArchiveDraft.open(folder.resolve("draft"), sources)) {
      try (DumpStream dump = draft.dump(Dump.POSTGRES)) {
        dump.write(
            "CREATE ROLE postgres;\n-- PostgreSQL database cluster dump complete\n\n"
                .getBytes(UTF_8));
        dump.complete();
      }
      PassReport _ = draft.finalPass(ArchiveProgress.NONE);
      ManifestHead head =
          new ManifestHead("lightkeeper", Instant.EPOCH, ArchiveMode.BACKUP, "shop", Map.of());
      SealedArchive sealed =
          draft.seal(
              new SealOrder(archive, head, Passphrase.of("right".toCharArray())),
              ArchiveProgress.NONE);
      Files.move(sealed.partial(), archive);
    }
  }

  /** Takes it apart, runs {@code change} in it, and packs and encrypts it again. */
  private void repack(String change) {
    var _ =
        new Shell(Map.of())
            .run(
                "bash",
                "-c",
                """
                set -euo pipefail
                cd "$1"
                mkdir opened
                gpg="gpg --batch --quiet --pinentry-mode loopback --passphrase right"
                $gpg -d -o opened.tar.gz backup.tar.gz
                tar -xzf opened.tar.gz -C opened
                tar -tzf opened.tar.gz > names
                cd opened
                """
                    + change
                    + """

                    tar -cz --no-recursion -T ../names > ../opened.tar.gz
                    cd ..
                    rm backup.tar.gz
                    $gpg --symmetric -o backup.tar.gz opened.tar.gz
                    """,
                "test",
                folder.toString());
  }

  @Test
  void an_archive_of_ours_that_is_only_packed_again_is_taken() throws Exception {
    makeOurs();
    repack("true");

    Staged staged = stage("right");

    assertThat(staged.mode()).isEqualTo(ArchiveMode.BACKUP);
    assertThat(staged.manifest()).isNotNull();
  }

  @Test
  void a_marker_that_was_changed_is_not_what_the_manifest_says() throws Exception {
    makeOurs();
    repack("echo migrate > btcpay-backup-mode");

    assertThatThrownBy(() -> stage("right"))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining("btcpay-backup-mode");
    assertNothingIsLeft();
  }

  @Test
  void a_marker_that_was_changed_along_with_its_line_in_the_manifest_is_refused() throws Exception {
    makeOurs();
    repack(
        """
        echo migrate > btcpay-backup-mode
        python3 - <<'END'
        import hashlib, json
        manifest = json.load(open("lightkeeper.json"))
        marker = [e for e in manifest["entries"] if e["path"] == "btcpay-backup-mode"][0]
        content = open("btcpay-backup-mode", "rb").read()
        assert marker["sha256"] == hashlib.sha256(b"backup\\n").hexdigest()
        marker.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
        json.dump(manifest, open("lightkeeper.json", "w"))
        END
        """);

    assertThatThrownBy(() -> stage("right"))
        .isInstanceOfSatisfying(
            RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.REFUSED))
        .hasMessageContainingAll("says “migrate”", "“backup”", "the marker was changed");
    assertNothingIsLeft();
  }

  @Test
  void a_channel_database_in_the_dump_is_refused() {
    make(
        """
        { echo "COPY public.x FROM stdin;"; echo "CREATE TABLE public.channeldb_kv (only data"; echo '\\.';
          echo "CREATE TABLE public.channeldb_kv ("; echo ");"
          echo "-- PostgreSQL database cluster dump complete"; } | gzip > postgres.sql.gz
        """
            + PACK);
    assertRefused(Kind.REFUSED, "channeldb_kv");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void damage_anywhere_is_noticed_and_nothing_is_left(boolean encrypted) throws Exception {
    // Few iterations for the passphrase: it is tried a hundred times.
    make(
        "head -c 300000 /dev/urandom > volumes/generated_btcpay_datadir/_data/noise\n"
            + PACK
            + (encrypted
                ? "gpg --batch --quiet --symmetric --s2k-count 1024 --pinentry-mode loopback"
                    + " --passphrase right -o ../x ../backup.tar.gz; mv ../x ../backup.tar.gz\n"
                : ""));
    byte[] whole = Files.readAllBytes(archive);
    Random random = new Random(11);
    for (int i = 0; i < 100; i++) {
      Files.write(archive, whole);
      try (RandomAccessFile file = new RandomAccessFile(archive.toFile(), "rw")) {
        // What gzip's header says of time and system is covered by no checksum.
        long at =
            encrypted ? random.nextInt(whole.length) : 10L + random.nextInt(whole.length - 10);
        if (i % 3 == 0) {
          file.setLength(at);
        } else {
          file.seek(at);
          file.write(whole[(int) at] ^ (1 << random.nextInt(8)));
        }
      }
      assertThatThrownBy(() -> stage(encrypted ? "right" : null))
          .as("try %d", i)
          .isInstanceOfAny(ArchiveException.class, RestoreException.class);
      assertNothingIsLeft();
    }
  }

  @Test
  void zeros_without_end_are_refused_though_they_take_no_room() throws Exception {
    make("truncate -s 64M volumes/generated_btcpay_datadir/_data/zeros; " + PACK);
    onSmallDisk(
        small ->
            assertThatThrownBy(
                    () ->
                        new Staging(archive, null, small.resolve("staging"), dumps)
                            .run(ArchiveProgress.NONE))
                .isInstanceOfSatisfying(
                    RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_SPACE)));
  }

  @Test
  void a_dump_is_given_on_as_soon_as_it_is_there() throws Exception {
    make(PACK);
    var _ = stage();
    assertThat(dumps.arrived).containsExactly(DatabaseKind.POSTGRES);
    assertThat(dumps.abandoned).isFalse();
  }

  @Test
  void a_legacy_archive_has_no_mode() throws Exception {
    make("tar -cz postgres.sql.gz volumes > ../backup.tar.gz\n");
    assertThat(stage().mode()).isNull();
  }

  @Test
  void files_of_other_volumes_are_passed_over() throws Exception {
    make("mkdir -p volumes/other/_data; echo x > volumes/other/_data/x\n" + PACK);
    assertThat(stage().volumes())
        .isEqualTo(
            List.of(
                "generated_btcpay_datadir",
                "generated_clightning_bitcoin_datadir",
                "generated_lnd_bitcoin_datadir"));
  }

  @Test
  void a_disk_that_is_too_small_is_refused_and_left_empty() throws Exception {
    make("head -c 6M /dev/urandom > volumes/generated_btcpay_datadir/_data/noise\n" + PACK);
    onSmallDisk(
        small ->
            assertThatThrownBy(
                    () ->
                        new Staging(archive, null, small.resolve("staging"), dumps)
                            .run(ArchiveProgress.NONE))
                .isInstanceOfSatisfying(
                    RestoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NO_SPACE)));
  }

  private interface OnDisk {
    void run(Path small) throws Exception;
  }

  /** A disk of 4 MiB, which has to be empty again afterwards. */
  private void onSmallDisk(OnDisk work) throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    var _ =
        new Shell(Map.of()).run("mount", "-t", "tmpfs", "-o", "size=4m", "none", small.toString());
    try {
      work.run(small);
      try (Stream<Path> left = Files.list(small)) {
        assertThat(left).isEmpty();
      }
    } finally {
      var _ = new Shell(Map.of()).run("umount", small.toString());
    }
  }
}
