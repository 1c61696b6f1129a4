package dev.lightkeeper.watch;

import dev.lightkeeper.node.ChannelBackup;

/** What one look at a path found. */
sealed interface Look {
  /** The file was read whole between two equal stamps. */
  record Whole(ChannelBackup backup, FileStamp stamp) implements Look {}

  /** There is no file. */
  record Missing(String reason) implements Look {}

  /** There may be one, and it cannot be read. */
  record Barred(String reason) implements Look {}

  /** It changed while it was looked at. */
  record Moving() implements Look {}
}
