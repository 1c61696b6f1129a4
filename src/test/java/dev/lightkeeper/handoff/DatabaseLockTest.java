package dev.lightkeeper.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the real SQLite (Python's) and the real flock(1). */
class DatabaseLockTest {
  private static final String BEGIN =
      "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=0.2);"
          + " c.execute('BEGIN EXCLUSIVE'); print('opened')";
  private static final String READ =
      "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], timeout=0.2);"
          + " print(c.execute('SELECT * FROM t').fetchall())";

  @TempDir Path folder;
  private final Shell shell = new Shell(Map.of());
  private Path sqlite = Path.of("/");
  private Path bolt = Path.of("/");

  @BeforeEach
  void makeDatabases() throws IOException {
    sqlite = folder.resolve("lightningd.sqlite3");
    bolt = Files.write(folder.resolve("channel.db"), new byte[4096]);
  }

  private void create(String journalMode) {
    var _ =
        shell.run(
            "python3",
            "-c",
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]);"
                + " c.execute('PRAGMA journal_mode=' + sys.argv[2]);"
                + " c.execute('CREATE TABLE t(a)'); c.commit()",
            sqlite.toString(),
            journalMode);
  }

  private String python(String program) {
    return shell.run("python3", "-c", program, sqlite.toString());
  }

  private String flock() {
    return shell.run("flock", "-n", bolt.toString(), "echo", "opened");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DELETE", "WAL"})
  void sqlite_neither_writes_nor_reads_while_it_is_held(String journalMode) throws Exception {
    create(journalMode);
    assertThat(python(BEGIN)).isEqualTo("opened");

    try (DatabaseLock lock = DatabaseLock.take(sqlite).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> python(BEGIN)).hasMessageContaining("database is locked");
      assertThatThrownBy(() -> python(READ)).hasMessageContaining("database is locked");
    }

    assertThat(python(BEGIN)).isEqualTo("opened");
  }

  @Test
  void hashing_the_database_in_this_process_does_not_let_go_of_it() throws Exception {
    create("DELETE");
    try (DatabaseLock lock = DatabaseLock.take(sqlite).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(FileHash.of(sqlite)).isPresent();

      assertThatThrownBy(() -> python(BEGIN)).hasMessageContaining("database is locked");
    }
  }

  @Test
  void a_program_that_takes_flock_does_not_get_it_while_it_is_held() throws Exception {
    assertThat(flock()).isEqualTo("opened");

    try (DatabaseLock lock = DatabaseLock.take(bolt).orElseThrow()) {
      assertThat(lock).isNotNull();
      assertThat(FileHash.of(bolt)).isPresent();
      assertThatThrownBy(this::flock).hasMessageContaining("ended with 1");
    }

    assertThat(flock()).isEqualTo("opened");
  }

  @Test
  void a_child_of_this_process_does_not_keep_it() throws Exception {
    Process child;
    try (DatabaseLock lock = DatabaseLock.take(bolt).orElseThrow()) {
      assertThat(lock).isNotNull();
      child = new ProcessBuilder("sleep", "60").start();
    }
    try {
      assertThat(flock()).isEqualTo("opened");
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void a_database_in_use_is_not_locked() throws Exception {
    create("DELETE");
    try (DatabaseLock first = DatabaseLock.take(sqlite).orElseThrow();
        DatabaseLock second = DatabaseLock.take(bolt).orElseThrow()) {
      assertThat(first).isNotEqualTo(second);
      assertThat(DatabaseLock.take(sqlite)).isEmpty();
      assertThat(DatabaseLock.take(bolt)).isEmpty();
    }
  }

  @Test
  void a_missing_database_is_said_and_not_made() {
    Path missing = folder.resolve("none.db");

    assertThatThrownBy(() -> DatabaseLock.take(missing)).hasMessageContaining(missing.toString());
    assertThat(missing).doesNotExist();
  }
}
