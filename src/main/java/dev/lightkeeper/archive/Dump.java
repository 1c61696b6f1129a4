package dev.lightkeeper.archive;

/** A dump of databases that goes into the archive. */
public enum Dump {
  /** What {@code pg_dumpall -c} writes. */
  POSTGRES("postgres.sql.gz"),
  /** What {@code mysqldump -A --add-drop-database} writes. */
  MARIADB("mariadb.sql.gz");

  private final EntryName entry;

  Dump(String entry) {
    this.entry = EntryName.of(entry);
  }

  /** Its entry in the archive. */
  public EntryName entry() {
    return entry;
  }
}
