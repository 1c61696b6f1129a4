package dev.lightkeeper.backup;

/** The steps of a backup, in their order. */
public enum BackupStep {
  PREPARE("Preparing"),
  READ("Dumping and reading, services up"),
  CATCH_UP("Reading what changed, services up"),
  DOWN("Reading the rest, services down"),
  SEAL("Writing the archive"),
  VERIFY("Reading it back"),
  SHIP("Shipping"),
  PRUNE("Pruning");

  private final String words;

  BackupStep(String words) {
    this.words = words;
  }

  /** For people. */
  public String words() {
    return words;
  }
}
