package dev.lightkeeper.archive;

/** What an entry is, with its type flag (POSIX.1-2001, pax, "ustar Interchange Format"). */
public enum EntryType {
  /** A regular file. */
  FILE('0'),
  /** Another name of a file that came earlier in the archive. */
  HARD_LINK('1'),
  /** A symbolic link. */
  SYMBOLIC_LINK('2'),
  /** A character device. */
  CHARACTER_DEVICE('3'),
  /** A block device. */
  BLOCK_DEVICE('4'),
  /** A directory. */
  DIRECTORY('5'),
  /** A named pipe. */
  FIFO('6');

  private final char flag;

  EntryType(char flag) {
    this.flag = flag;
  }

  byte flag() {
    return (byte) flag;
  }

  boolean isDevice() {
    return this == CHARACTER_DEVICE || this == BLOCK_DEVICE;
  }
}
