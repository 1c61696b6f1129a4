package dev.lightkeeper.testing;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of BTCPay Server's own backup and restore scripts, by shell, on a sample deployment.
 */
public final class ScriptSteps {
  /** Which scripts: those without marker and secrets, or those of mid-2026. */
  public enum Generation {
    LEGACY,
    NEWEST
  }

  private static final String COMMON =
      """
      set -euo pipefail
      root=$1 archive=$2 passphrase=$3 mode=$4 profile=$5
      . "$profile"
      docker=$BTCPAY_BASE_DIRECTORY/btcpayserver-docker
      compose() { docker-compose -f "$BTCPAY_DOCKER_COMPOSE" --env-file "$BTCPAY_ENV_FILE" "$@"; }
      ready() { for i in $(seq 600); do docker exec "$@" >/dev/null 2>&1 && return; sleep 0.1; done; exit 1; }
      databases() {
        compose up -d "$@" > /dev/null 2>&1
        ready generated_postgres_1 pg_isready -q -U postgres
        ! [[ "$*" == *mariadb* ]] ||
          ready generated_mariadb_1 sh -c 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mariadb-admin -u root ping'
      }
      pgp=$(mktemp -d)
      trap 'GNUPGHOME=$pgp gpgconf --kill gpg-agent; rm -rf "$pgp"' EXIT
      crypt() { gpg --homedir "$pgp" --batch --yes --quiet --pinentry-mode loopback --passphrase-file "$passphrase" "$@"; }
      """;

  private static final String BACKUP =
      COMMON
          + """
          work=$(mktemp -d "$root/script-XXXXXX")
          mariadb=$(docker inspect -f mariadb generated_mariadb_1 2>/dev/null || :)
          graph=--exclude=volumes/generated_lnd_bitcoin_datadir/_data/data/graph
          if [ "$mode" = migrate ]; then
            graph=
            compose down -t 180 > /dev/null 2>&1
            databases postgres $mariadb
          fi
          docker exec generated_postgres_1 pg_dumpall -c -U postgres | gzip > "$work/postgres.sql.gz"
          [ -z "$mariadb" ] ||
            docker exec generated_mariadb_1 sh -c 'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mariadb-dump -u root -A --add-drop-database' \
              | gzip > "$work/mariadb.sql.gz"
          more=()
          if [ "$mode" != legacy ]; then
            echo "$mode" > "$work/btcpay-backup-mode"
            ! [ -d "$docker/secrets" ] || more=(-C "$docker" secrets)
          fi
          compose down -t 180 > /dev/null 2>&1
          tar --numeric-owner --anchored --exclude=volumes/backup_datadir \
            --exclude='volumes/generated_btcpay_datadir/_data/host_*' \
            --exclude=volumes/generated_bitcoin_datadir/_data --exclude=volumes/generated_postgres_datadir \
            --exclude=volumes/generated_mariadb_datadir \
            $graph \
            --exclude=volumes/generated_clightning_bitcoin_datadir/_data/lightning-rpc \
            --exclude='volumes/**/logs/*' -cz -C "$work" $(cd "$work"; ls) \
            -C "$root" $(cd "$root"; echo volumes/generated_*) "${more[@]}" \
            | if [ -n "$passphrase" ]; then crypt --symmetric -o -; else cat; fi > "$archive"
          rm -r "$work"
          [ "$mode" = migrate ] || compose up --remove-orphans -d > /dev/null 2>&1
          """;

  // Its archive is decrypted to disk, extracted beside the volumes, and copied over them.
  private static final String RESTORE =
      COMMON
          + """
          work=$(mktemp -d "$root/script-XXXXXX")
          if [ -n "$passphrase" ]; then
            crypt -o "$work/backup.tar.gz" --decrypt "$archive"
            archive=$work/backup.tar.gz
          fi
          mkdir "$work/extracted"
          tar --numeric-owner -xzpf "$archive" -C "$work/extracted"
          cd "$work/extracted"
          gzip -t postgres.sql.gz
          [ -d volumes ]
          [ -z "$(find secrets -type l 2>/dev/null || :)" ]
          [ "$(cat btcpay-backup-mode)" = "$mode" ]
          [ "$mode" = migrate ] || ! [ -e volumes/generated_lnd_bitcoin_datadir/_data/data/graph ]
          [ -z "$(ls -A "$root/volumes/generated_lnd_bitcoin_datadir/_data" 2>/dev/null || :)" ]
          compose down -t 180 > /dev/null 2>&1
          cp -a volumes/. "$root/volumes/"
          ! [ -d secrets ] || cp -a secrets/. "$docker/secrets/"
          databases postgres
          zcat postgres.sql.gz | awk '
            BEGIN { cluster = 1 }
            /^\\\\connect/ { cluster = 0 }
            cluster && /^(DROP ROLE (IF EXISTS )?|CREATE ROLE )postgres;$/ { next }
            cluster && /^DROP (DATABASE|ROLE) / && !/IF EXISTS/ { sub(/^DROP (DATABASE|ROLE) /, "&IF EXISTS ") }
            { print }' \
            | docker exec -i generated_postgres_1 psql -q -v ON_ERROR_STOP=1 -U postgres > /dev/null
          if [ -e mariadb.sql.gz ]; then
            databases postgres mariadb
            zcat mariadb.sql.gz | docker exec -i generated_mariadb_1 sh -c \
              'MYSQL_PWD="$MYSQL_ROOT_PASSWORD" mariadb -u root'
          fi
          compose up --remove-orphans -d > /dev/null 2>&1
          cd /
          rm -r "$work"
          """;

  private final SampleDeployment sample;

  /** On this deployment. */
  public ScriptSteps(SampleDeployment sample) {
    this.sample = sample;
  }

  /** {@code btcpay-backup.sh}: writes {@code archive}, encrypted if there is a passphrase. */
  public void backup(Path archive, Generation generation, @Nullable Path passphrase) {
    run(BACKUP, archive, passphrase, generation == Generation.LEGACY ? "legacy" : "backup");
  }

  /** {@code btcpay-backup.sh --migrate}, of mid-2026: everything is down when this returns. */
  public void migrate(Path archive, @Nullable Path passphrase) {
    run(BACKUP, archive, passphrase, "migrate");
  }

  /** {@code btcpay-restore.sh}: everything is up again when this returns. */
  public void restore(Path archive, boolean migrate, @Nullable Path passphrase) {
    run(RESTORE, archive, passphrase, migrate ? "migrate" : "backup");
  }

  private void run(String script, Path archive, @Nullable Path passphrase, String mode) {
    var _ =
        sample
            .engine()
            .shell()
            .run(
                List.of(
                    "bash",
                    "-c",
                    script,
                    "script",
                    sample.docker("info", "-f", "{{.DockerRootDir}}"),
                    archive.toString(),
                    passphrase == null ? "" : passphrase.toString(),
                    mode,
                    sample.profile().toString()));
  }
}
