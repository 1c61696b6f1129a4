package dev.lightkeeper.archive;

/** A dump of databases that goes into the archive. */
public enum Dump {
  /** What {@code pg_dumpall -c} writes. */
  POSTGRES("postgres.sql.gz"),
  /** What {@code mysqldump -A --add-drop-database} writes. */
  MARIADB("mariadb.sql.gz");

  private final String entry;

  Dump(String entry) {
    this.entry = entry;
  }

  /** Its entry in the archive. */
  public EntryName entry() {
    return EntryName.of(entry);
  }
}
