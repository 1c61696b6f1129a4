package dev.lightkeeper.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lightkeeper.health.LastBackup.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The account of the last backup survives its writing and reading. */
class LastBackupTest {
  private static final Instant AT = Instant.parse("2026-11-23T02:15:00Z");

  @TempDir Path state;

  @Test
  void what_was_written_is_read() throws Exception {
    LastBackup written = complete();
    written.write(state);
    assertThat(LastBackup.read(state)).contains(written);
  }

  @Test
  void before_the_first_backup_there_is_none() throws Exception {
    assertThat(LastBackup.read(state)).isEmpty();
  }

  @Test
  void it_is_not_for_others_and_belongs_to_the_folders_owner() throws Exception {
    complete().write(state);
    Path file = state.resolve("backup.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat(Files.getOwner(file)).isEqualTo(Files.getOwner(state));
  }

  @Test
  void a_file_that_is_no_account_is_an_error_and_not_nothing() throws Exception {
    Files.writeString(state.resolve("backup.json"), "{\"schema\":");
    assertThatThrownBy(() -> LastBackup.read(state)).isInstanceOf(IOException.class);
  }

  private static LastBackup complete() {
    return new LastBackup(
        LastBackup.SCHEMA,
        Result.COMPLETE,
        AT,
        AT.plusSeconds(90),
        90_000,
        "/srv/backups/20261123T021500Z-backup.tar.gz",
        123_456L,
        1_500L,
        true,
        null,
        List.of(),
        AT);
  }
}
