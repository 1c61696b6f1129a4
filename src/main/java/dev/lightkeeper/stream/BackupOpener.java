package dev.lightkeeper.stream;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.scb.Opening;

/** Opens nodes' channel backups with the keys there are. Thread-safe; waits for nothing. */
public interface BackupOpener {
  /** Has no key. */
  BackupOpener WITHOUT_KEYS = (_, _) -> new Opening.NotTried();

  /** Opens {@code backup}, if there is a key of {@code node}. */
  Opening open(NodeName node, ChannelBackup backup);
}
