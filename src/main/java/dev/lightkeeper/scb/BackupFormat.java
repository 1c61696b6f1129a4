package dev.lightkeeper.scb;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import org.jspecify.annotations.Nullable;

/**
 * Opens channel backups. Nothing in a file makes it throw, and it takes no more memory than a few
 * times the file's size, of which there are at most {@link ChannelBackup#MAX_SIZE}.
 */
public final class BackupFormat {
  private BackupFormat() {}

  /** Opens a node's channel backup with its key, if there is one. */
  public static Opening open(NodeKind kind, ChannelBackup backup, @Nullable BackupKey key) {
    if (key == null) {
      return new Opening.NotTried();
    }
    Opening opening =
        switch (kind) {
          case LND -> LndBackup.open(backup.bytes(), key);
          case CLN -> ClnBackup.open(backup.bytes(), key);
          case FILE -> new Opening.NotTried();
        };
    return opening instanceof Opening.Opened opened ? opened.by(key) : opening;
  }

  /** The same for a file of unknown kind: each format is tried, and only the right one opens. */
  public static Opening open(ChannelBackup backup, @Nullable BackupKey key) {
    Opening lnd = open(NodeKind.LND, backup, key);
    return lnd instanceof Opening.NotOpened ? openAsOther(backup, key, lnd) : lnd;
  }

  private static Opening openAsOther(
      ChannelBackup backup, @Nullable BackupKey key, Opening otherwise) {
    Opening cln = open(NodeKind.CLN, backup, key);
    return cln instanceof Opening.Opened ? cln : otherwise;
  }
}
