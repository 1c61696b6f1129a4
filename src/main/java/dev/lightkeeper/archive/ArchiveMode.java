package dev.lightkeeper.archive;

/** What an archive is for; the word is the line in its entry {@code btcpay-backup-mode}. */
public enum ArchiveMode {
  /** The routine copy: services go on, so what LND can rebuild is left out. */
  BACKUP("backup"),
  /** The last copy of a server that never starts again; it holds the channel databases whole. */
  MIGRATE("migrate");

  private final String word;

  ArchiveMode(String word) {
    this.word = word;
  }

  /** The word the scripts of BTCPay Server use. */
  public String word() {
    return word;
  }
}
