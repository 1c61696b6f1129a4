package dev.lightkeeper.archive;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which paths below Docker's root BTCPay Server's scripts archive: {@code volumes/generated_*},
 * less what can be had again or must not come back. As their {@code tar --anchored --exclude} has
 * it: a path that is left out takes what is below it along.
 */
public record BtcpayLayout(ArchiveMode mode) {
  /** Names below {@code volumes} that are archived start so. */
  public static final String VOLUME_PREFIX = "generated_";

  /** The entry with the mode's word on one line. */
  public static final EntryName MODE_MARKER = EntryName.of("btcpay-backup-mode");

  /** The folder of btcpayserver-docker's secrets. */
  public static final EntryName SECRETS = EntryName.of("secrets");

  /** The folder of the volumes. */
  public static final EntryName VOLUMES = EntryName.of("volumes");

  /** Our manifest, the last entry. */
  public static final EntryName MANIFEST = EntryName.of("lightkeeper.json");

  private static final byte[] LND_GRAPH =
      ascii("volumes/generated_lnd_bitcoin_datadir/_data/data/graph");
  private static final byte[] LOGS = ascii("/logs/");

  /** With whatever follows: {@code host_*}. */
  private static final byte[] HOST_FILES = ascii("volumes/generated_btcpay_datadir/_data/host_");

  private static final List<byte[]> LEFT_OUT =
      List.of(
          ascii("volumes/backup_datadir"),
          ascii("volumes/generated_bitcoin_datadir/_data"),
          ascii("volumes/generated_litecoin_datadir/_data"),
          ascii("volumes/generated_mwebd_datadir"),
          ascii("volumes/generated_elements_datadir/_data"),
          ascii("volumes/generated_xmr_data/_data"),
          ascii("volumes/generated_bdx_data/_data"),
          ascii("volumes/generated_dogecoin_datadir/_data/blocks"),
          ascii("volumes/generated_dogecoin_datadir/_data/chainstate"),
          ascii("volumes/generated_dash_datadir/_data/blocks"),
          ascii("volumes/generated_dash_datadir/_data/chainstate"),
          ascii("volumes/generated_dash_datadir/_data/indexes"),
          ascii("volumes/generated_dash_datadir/_data/debug.log"),
          ascii("volumes/generated_dash_datadir/_data/evodb"),
          ascii("volumes/generated_mariadb_datadir"),
          ascii("volumes/generated_postgres_datadir"),
          ascii("volumes/generated_electrumx_datadir"),
          ascii("volumes/generated_clightning_bitcoin_datadir/_data/lightning-rpc"),
          ascii("volumes/generated_lwd-cache"),
          ascii("volumes/generated_zebrad-cache"),
          ascii("volumes/generated_zec_data"));

  /** Whether the entry, and all that is below it, stays out of the archive. */
  public boolean leavesOut(EntryName name) {
    byte[] path = name.shared();
    for (byte[] left : LEFT_OUT) {
      if (isOrIsBelow(path, left)) {
        return true;
      }
    }
    return startsWith(path, HOST_FILES)
        || (mode == ArchiveMode.BACKUP && isOrIsBelow(path, LND_GRAPH))
        || (startsWith(path, VOLUMES.shared()) && contains(path, LOGS));
  }

  private static boolean isOrIsBelow(byte[] path, byte[] top) {
    return startsWith(path, top) && (path.length == top.length || path[top.length] == '/');
  }

  private static boolean startsWith(byte[] path, byte[] start) {
    if (path.length < start.length) {
      return false;
    }
    // Volumes differ near the end of the prefix, and most paths are of another volume.
    for (int i = start.length - 1; i >= 0; i--) {
      if (path[i] != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(byte[] path, byte[] part) {
    for (int from = 0; from + part.length <= path.length; from++) {
      int i = 0;
      while (i < part.length && path[from + i] == part[i]) {
        i++;
      }
      if (i == part.length) {
        return true;
      }
    }
    return false;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
