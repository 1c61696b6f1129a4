package dev.lightkeeper.deployment;

/** The databases a deployment can have: compose services of these names. */
public enum DatabaseKind {
  POSTGRES("postgres", "generated_postgres_datadir"),
  MARIADB("mariadb", "generated_mariadb_datadir");

  private final String service;
  private final String volume;

  DatabaseKind(String service, String volume) {
    this.service = service;
    this.volume = volume;
  }

  /** The compose service; the dump in an archive is named after it. */
  public String service() {
    return service;
  }

  /** The volume that holds its data. */
  public String volume() {
    return volume;
  }
}
