package dev.lightkeeper.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.remote.StoredArchive;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.SampleDeployment;
import dev.lightkeeper.testing.SharedDeployment;
import dev.lightkeeper.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The nightly run on a real Engine, with a real postgres and a real sshd. */
@ExtendWith(SharedDeployment.class)
class BackupTest {
  /** What btcpay-backup.sh leaves out, as it tells tar. */
  private static final String EXCLUDES =
      """
      --exclude=volumes/backup_datadir \
      --exclude=volumes/generated_btcpay_datadir/_data/host_* \
      --exclude=volumes/generated_bitcoin_datadir/_data \
      --exclude=volumes/generated_postgres_datadir \
      --exclude=volumes/generated_clightning_bitcoin_datadir/_data/lightning-rpc \
      --exclude=volumes/generated_lnd_bitcoin_datadir/_data/data/graph \
      --exclude=volumes/*/logs/*\
      """;

  private static final Shell SHELL = new Shell(Map.of());

  @TempDir private Path folder;

  @Test
  void holds_what_the_scripts_tar_holds(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    sample.compose(
        "stop", "-t", "5", "btcpayserver", "lnd_bitcoin", "clightning_bitcoin", "tor", "bitcoind");

    BackupRig.Ended ended = rig.run();

    assertThat(ended.out()).contains("✅ Backup done => ");
    assertThat(ended.exit()).isEqualTo(0);
    List<String> ours = list("tar -tvzf " + rig.newest());
    Path root = sample.volume("btcpay_datadir").resolve("../../..").normalize();
    List<String> theirs =
        list(
            "set -f; cd %s; tar -cz --format=posix --anchored %s volumes/generated_* -f - | tar -tvzf -"
                .formatted(root, EXCLUDES)
                .replace("volumes/generated_* -f", "$(set +f; echo volumes/generated_*) -f"));
    assertThat(ours.stream().filter(l -> l.contains("\"volumes/generated_")))
        .containsExactlyInAnyOrderElementsOf(theirs);
    assertThat(names(ours)).contains("btcpay-backup-mode", "postgres.sql.gz", "lightkeeper.json");
  }

  @Test
  void keeps_every_byte(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    sample.compose("stop", "-t", "5", "btcpayserver", "lnd_bitcoin", "clightning_bitcoin", "tor");
    rig.run();

    Path out = Files.createDirectory(folder.resolve("out"));
    SHELL.run("tar", "-xzf", rig.newest().toString(), "-C", out.toString());

    for (String volume : SampleDeployment.ARCHIVED) {
      assertThat(
              SHELL.run(
                  "bash",
                  "-c",
                  "diff -r --no-dereference --exclude=graph --exclude=lightning-rpc --exclude=logs '%s' '%s' && echo same"
                      .formatted(
                          sample.volume(volume),
                          out.resolve("volumes/generated_" + volume + "/_data"))))
          .isEqualTo("same");
    }
  }

  @Test
  void other_tools_read_an_encrypted_one(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder).encrypted();

    assertThat(rig.run().exit()).isEqualTo(0);

    String gpg =
        "gpg --homedir %s --batch --quiet --pinentry-mode loopback --passphrase-file %s --decrypt %s"
            .formatted(gnupg(), rig.passphraseFile(), rig.newest());
    assertThat(rig.newest().toString()).endsWith(".tar.gz.gpg");
    List<String> tar = list(gpg + " | tar -tz");
    assertThat(tar).contains("postgres.sql.gz", "btcpay-backup-mode");
    assertThat(list(gpg + " | bsdtar -tf -")).hasSameSizeAs(tar);
    Path plain = folder.resolve("plain.tar.gz");
    assertThat(
            list(
                gpg
                    + " > %s && python3 -c 'import sys,tarfile; print(chr(10).join(m.name for m in tarfile.open(sys.argv[1])))' %s"
                        .formatted(plain, plain)))
        .hasSameSizeAs(tar);
  }

  @Test
  void a_passphrase_that_btcpays_profile_sets_encrypts_it(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);

    runWithPassphraseInProfile(rig, sample, "of the profile");

    assertThat(decrypted(rig.newest(), "of the profile")).contains("postgres.sql.gz");
  }

  @Test
  void a_passphrase_of_its_own_environment_goes_before_that_of_the_profile(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder).variable("BTCPAY_BACKUP_PASSPHRASE", "its own");

    runWithPassphraseInProfile(rig, sample, "of the profile");

    assertThat(decrypted(rig.newest(), "its own")).contains("postgres.sql.gz");
  }

  private static void runWithPassphraseInProfile(
      BackupRig rig, SampleDeployment sample, String passphrase) throws Exception {
    Path env = sample.profile().resolveSibling(".env");
    String before = Files.readString(env);
    try {
      Files.writeString(env, before + "BTCPAY_BACKUP_PASSPHRASE=" + passphrase + "\n");

      BackupRig.Ended ended = rig.run();

      assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
    } finally {
      Files.writeString(env, before);
    }
  }

  @Test
  void a_passphrase_that_systemd_hands_over_encrypts_it(SampleDeployment sample) throws Exception {
    Path credentials = Files.createDirectory(folder.resolve("credentials"));
    Files.writeString(credentials.resolve("passphrase"), "of systemd\n");
    BackupRig rig =
        new BackupRig(sample, folder).variable("CREDENTIALS_DIRECTORY", credentials.toString());

    BackupRig.Ended ended = rig.run();

    assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
    assertThat(decrypted(rig.newest(), "of systemd")).contains("postgres.sql.gz");
  }

  @Test
  void the_dump_loads_into_a_fresh_postgres_with_errors_fatal(SampleDeployment sample)
      throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    rig.run();
    String rows =
        sample.psql(
            "btcpayservermainnet", "SELECT count(*), min(secret), max(secret) FROM invoices");

    sample.docker(
        "run",
        "-d",
        "--name",
        "fresh-postgres",
        "-e",
        "PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "-v",
        sample.profile().getParent() + "/btcpayserver-docker/scripts:/scripts:ro",
        "-v",
        "/var/lib/postgresql/data",
        "-v",
        rig.newest().getParent() + ":/archives:ro",
        "lightkeeper-sample",
        "sh",
        "/scripts/postgres.sh");
    try {
      String loaded =
          sample.docker(
              "exec",
              "fresh-postgres",
              "bash",
              "-ec",
              """
              for i in $(seq 300); do pg_isready -q -U postgres && break; sleep 0.1; done
              # As it is the role that loads it, and there are no databases yet.
              tar -xzOf /archives/%s postgres.sql.gz | gzip -d \
                | sed -e '/^DROP ROLE/d; /^CREATE ROLE postgres;/d; s/^DROP DATABASE /&IF EXISTS /' \
                | psql -q -v ON_ERROR_STOP=1 -U postgres -d postgres >/dev/null
              psql -U postgres -d btcpayservermainnet -qAtc \
                'SELECT count(*), min(secret), max(secret) FROM invoices'
              """
                  .formatted(rig.newest().getFileName()));
      assertThat(loaded.lines().reduce((a, b) -> b)).hasValue(rows);
    } finally {
      sample.docker("rm", "-f", "-v", "fresh-postgres");
    }
  }

  @Test
  void stops_only_what_writes_and_has_all_up_again(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    String before = started(sample, "generated_postgres_1", "btcpayserver_bitcoind");
    String writers = started(sample, "tor");

    assertThat(rig.run().exit()).isEqualTo(0);

    assertThat(rig.down()).isEmpty();
    assertThat(started(sample, "generated_postgres_1", "btcpayserver_bitcoind")).isEqualTo(before);
    assertThat(started(sample, "tor")).isNotEqualTo(writers);
    assertThat(rig.state().resolve("quiesce.json")).doesNotExist();
  }

  @Test
  void pausing_restarts_nothing(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder).with("quiesce = \"pause\"");
    String writers = started(sample, "tor", "btcpayserver_lnd_bitcoin");

    assertThat(rig.run().exit()).isEqualTo(0);

    assertThat(rig.down()).isEmpty();
    assertThat(started(sample, "tor", "btcpayserver_lnd_bitcoin")).isEqualTo(writers);
  }

  @Test
  void taking_the_stack_down_brings_it_up_again(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder).with("quiesce = \"stack\"");

    assertThat(rig.run().exit()).isEqualTo(0);

    assertThat(rig.down()).isEmpty();
  }

  @Test
  void a_stack_that_is_down_is_left_as_found(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder);
    sample.compose("down", "-t", "5");

    BackupRig.Ended ended = rig.run();

    assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
    assertThat(sample.docker("ps", "-aq")).isEmpty();
    assertThat(list("tar -tzf " + rig.newest())).contains("postgres.sql.gz");
  }

  @Test
  void ships_to_every_remote_and_prunes_old_ones(SampleDeployment sample) throws Exception {
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      Path disk = folder.resolve("disk");
      BackupRig rig =
          new BackupRig(sample, folder)
              .remote("offsite", sshd)
              .remote("disk", disk)
              .with("keep = { last = 1 }");
      rig.run();
      Path first = rig.newest();
      Thread.sleep(1_100); // names have whole seconds

      BackupRig.Ended ended = rig.run();

      assertThat(ended.exit()).as(ended.out()).isEqualTo(0);
      Path second = rig.newest();
      assertThat(second).isNotEqualTo(first);
      assertThat(rig.archives().list()).extracting(StoredArchive::complete).containsExactly(true);
      for (Path place : List.of(sshd.root().resolve("archives"), disk.resolve("archives"))) {
        assertThat(place.resolve(second.getFileName())).hasSameBinaryContentAs(second);
        assertThat(place.resolve(first.getFileName())).doesNotExist();
      }
      assertThat(Files.readSymbolicLink(second.resolveSibling("backup.tar.gz")))
          .isEqualTo(second.getFileName());
    }
  }

  @Test
  void a_remote_that_is_away_gets_it_at_the_next_run(SampleDeployment sample) throws Exception {
    try (RealSshd sshd = RealSshd.start(folder.resolve("sshd"))) {
      BackupRig rig = new BackupRig(sample, folder).remote("offsite", sshd);
      Path there = sshd.root().resolve("archives");
      Files.setPosixFilePermissions(
          sshd.root(), java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
      Path aside = sshd.root().resolveSibling("aside");
      Files.move(sshd.root(), aside);
      BackupRig.Ended away = rig.run();
      assertThat(away.exit()).as(away.out()).isEqualTo(3);
      assertThat(away.out()).contains("is not on offsite yet", "tried again");
      Path first = rig.newest();
      Files.move(aside, sshd.root());
      Thread.sleep(1_100);

      assertThat(rig.run().exit()).isEqualTo(0);

      assertThat(there.resolve(first.getFileName())).hasSameBinaryContentAs(first);
    }
  }

  @Test
  void a_dry_run_says_all_and_does_nothing(SampleDeployment sample) throws Exception {
    BackupRig rig = new BackupRig(sample, folder).encrypted();
    String writers = started(sample, "tor");

    BackupRig.Ended ended = rig.run("--dry-run");

    assertThat(ended.exit()).isEqualTo(0);
    assertThat(ended.out())
        .contains(
            "yes, OpenPGP AES-256",
            "generated_btcpay_datadir",
            "Left out      generated_bitcoin_datadir",
            "btcpayserver_lnd_bitcoin",
            "nowhere: no remote is configured")
        .doesNotContain(BackupRig.PASSPHRASE);
    assertThat(started(sample, "tor")).isEqualTo(writers);
    assertThat(rig.archives().path()).doesNotExist();
  }

  /** What gpg and tar find in it. */
  private List<String> decrypted(Path archive, String passphrase) throws Exception {
    Path file = Files.writeString(folder.resolve("gpg-passphrase"), passphrase + "\n");
    return list(
        "gpg --homedir %s --batch --quiet --pinentry-mode loopback --passphrase-file %s --decrypt %s | tar -tz"
            .formatted(gnupg(), file, archive));
  }

  private Path gnupg() throws Exception {
    Path home = Files.createDirectory(folder.resolve("gnupg"));
    SHELL.run("chmod", "700", home.toString());
    return home;
  }

  private static String started(SampleDeployment sample, String... containers) {
    String[] words = new String[containers.length + 3];
    words[0] = "inspect";
    words[1] = "-f";
    words[2] = "{{.State.StartedAt}}";
    System.arraycopy(containers, 0, words, 3, containers.length);
    return sample.docker(words);
  }

  private static List<String> list(String script) {
    String numeric =
        script.replace("tar -tvzf", "tar --numeric-owner --full-time --quoting-style=c -tvzf");
    return SHELL.run("bash", "-o", "pipefail", "-c", numeric).lines().toList();
  }

  private static List<String> names(List<String> lines) {
    return lines.stream().map(l -> l.substring(l.indexOf('"') + 1, l.lastIndexOf('"'))).toList();
  }
}
