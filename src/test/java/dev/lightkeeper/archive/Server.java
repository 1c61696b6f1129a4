package dev.lightkeeper.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A Docker root with volumes to archive, and where archives of it go. */
final class Server {
  static final Instant NOW = Instant.parse("2026-11-23T03:00:00Z");

  /** The patterns of BTCPay Server's scripts, for {@code tar --anchored}. */
  static final String EXCLUDES =
      """
      --exclude=volumes/backup_datadir
      --exclude=volumes/generated_btcpay_datadir/_data/host_*
      --exclude=volumes/generated_bitcoin_datadir/_data
      --exclude=volumes/generated_litecoin_datadir/_data
      --exclude=volumes/generated_mwebd_datadir
      --exclude=volumes/generated_elements_datadir/_data
      --exclude=volumes/generated_xmr_data/_data
      --exclude=volumes/generated_bdx_data/_data
      --exclude=volumes/generated_dogecoin_datadir/_data/blocks
      --exclude=volumes/generated_dogecoin_datadir/_data/chainstate
      --exclude=volumes/generated_dash_datadir/_data/blocks
      --exclude=volumes/generated_dash_datadir/_data/chainstate
      --exclude=volumes/generated_dash_datadir/_data/indexes
      --exclude=volumes/generated_dash_datadir/_data/debug.log
      --exclude=volumes/generated_dash_datadir/_data/evodb
      --exclude=volumes/generated_mariadb_datadir
      --exclude=volumes/generated_postgres_datadir
      --exclude=volumes/generated_electrumx_datadir
      --exclude=volumes/generated_clightning_bitcoin_datadir/_data/lightning-rpc
      --exclude=volumes/generated_lwd-cache
      --exclude=volumes/generated_zebrad-cache
      --exclude=volumes/generated_zec_data
      --exclude=volumes/**/logs/*
      """
          .replace('\n', ' ');

  static final String LND_GRAPH =
      "--exclude=volumes/generated_lnd_bitcoin_datadir/_data/data/graph";

  final Path root;
  final Path volumes;
  private final Path work;
  private int archives;

  Server(Path folder) throws IOException {
    this.root = Files.createDirectories(folder.resolve("docker"));
    this.volumes = Files.createDirectories(root.resolve("volumes"));
    this.work = folder;
  }

  /** A path in a volume of that name. */
  Path data(String path) {
    return volumes.resolve("generated_btcpay_datadir/_data").resolve(path);
  }

  /** Puts a file that has been there for a while. */
  Path put(Path path, byte[] content) throws IOException {
    Files.createDirectories(path.getParent());
    Files.write(path, content);
    return path;
  }

  Path put(String path, String content) throws IOException {
    return put(data(path), content.getBytes(UTF_8));
  }

  static void touch(Path path, String time) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse(time)));
  }

  ArchiveSources sources(ArchiveMode mode) {
    return new ArchiveSources(root, null, new BtcpayLayout(mode));
  }

  ArchiveDraft draft() throws IOException {
    return draft(sources(ArchiveMode.BACKUP));
  }

  /** A draft that has its dump; the volumes are as old as they need be to count as settled. */
  ArchiveDraft draft(ArchiveSources sources) throws IOException {
    waitForClock();
    ArchiveDraft draft = ArchiveDraft.open(work.resolve("work" + archives++), sources);
    try (DumpStream dump = draft.dump(Dump.POSTGRES)) {
      dump.write("CREATE ROLE postgres;\n".getBytes(UTF_8));
      dump.complete();
    }
    return draft;
  }

  /** Until what was just written no longer looks as if it might be written still. */
  static void waitForClock() throws IOException {
    try {
      Thread.sleep(120);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  SealedArchive seal(ArchiveDraft draft, @Nullable Passphrase passphrase) throws IOException {
    Path archive =
        work.resolve("backup" + archives++ + ".tar.gz" + (passphrase == null ? "" : ".gpg"));
    ManifestHead head =
        new ManifestHead("lightkeeper test", NOW, ArchiveMode.BACKUP, "shop", Map.of("took", 3));
    return draft.seal(new SealOrder(archive, head, passphrase), ArchiveProgress.NONE);
  }

  /** The whole way, in two passes. */
  SealedArchive archive(@Nullable Passphrase passphrase) throws Exception {
    try (ArchiveDraft draft = draft()) {
      PassReport _ = draft.pass(ArchiveProgress.NONE);
      PassReport _ = draft.finalPass(ArchiveProgress.NONE);
      return seal(draft, passphrase);
    }
  }
}
