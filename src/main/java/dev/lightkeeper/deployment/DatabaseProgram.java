package dev.lightkeeper.deployment;

import java.util.List;

/**
 * The commands, run inside a database's container, that are known to each kind of database.
 *
 * @param ready ends with 0 once the database answers
 * @param dump prints everything as SQL
 * @param load reads SQL, and ends with 0 only if all of it went in
 * @param lastLine how the last line but blanks and dashes of a whole dump begins
 */
record DatabaseProgram(List<String> ready, List<String> dump, List<String> load, String lastLine) {
  // The password comes from the container's own environment and goes on through the environment:
  // an argument could be seen in the list of processes. "wordpressdb" is BTCPay's fixed one.
  private static final String AS_ROOT =
      "export MYSQL_PWD=\"${MYSQL_ROOT_PASSWORD:-wordpressdb}\"; ";

  static DatabaseProgram of(DatabaseKind kind) {
    return switch (kind) {
      case POSTGRES ->
          new DatabaseProgram(
              List.of("pg_isready", "-q", "-U", "postgres"),
              List.of("pg_dumpall", "-c", "-U", "postgres"),
              List.of("psql", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres"),
              "-- PostgreSQL database cluster dump complete");
      case MARIADB ->
          new DatabaseProgram(
              shell(either("mysqladmin", "mariadb-admin") + " -u root ping"),
              shell(either("mysqldump", "mariadb-dump") + " -u root -A --add-drop-database"),
              shell(either("mysql", "mariadb") + " -u root"),
              "-- Dump completed");
    };
  }

  private static List<String> shell(String command) {
    return List.of("sh", "-c", AS_ROOT + "exec " + command);
  }

  /** MariaDB 11's image lacks the names that MySQL gave. */
  private static String either(String old, String recent) {
    return "$(command -v " + old + " || command -v " + recent + ")";
  }
}
