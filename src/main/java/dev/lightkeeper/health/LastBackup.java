package dev.lightkeeper.health;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What became of the last backup, as kept in {@code backup.json} in the state folder: {@code
 * backup} writes it when it ends, the daemon reads it. Fields are only ever added. Times are UTC,
 * sizes bytes, durations milliseconds.
 *
 * @param startedAt when it began
 * @param finishedAt when it ended, well or not
 * @param archive the archive's file on this host; null if none was made
 * @param bytes the archive's size; null if none was made
 * @param servicesDownMillis how long services were down; null if that is not known
 * @param shipped whether the archive is on every remote it was due on
 * @param error what failed, and what to do next; null unless {@code result} is FAILED
 * @param problems what did not go well after the archive was kept: one sentence each
 * @param newestArchiveAt when the newest archive was begun that any run made; null if none did
 */
public record LastBackup(
    int schema,
    Result result,
    Instant startedAt,
    Instant finishedAt,
    long durationMillis,
    @Nullable String archive,
    @Nullable Long bytes,
    @Nullable Long servicesDownMillis,
    boolean shipped,
    @Nullable String error,
    List<String> problems,
    @Nullable Instant newestArchiveAt) {
  /** The number of this shape. */
  public static final int SCHEMA = 1;

  /** How it ended. */
  public enum Result {
    /** Made, verified, shipped and pruned. */
    COMPLETE,
    /** Made and verified, but not shipped or pruned everywhere. */
    PARTIAL,
    /** No archive was made; or one was, and the services stopped for it did not come up again. */
    FAILED,
    /** Somebody stopped it; unless a migration's offer stood by then, no archive was made. */
    INTERRUPTED
  }

  public LastBackup {
    problems = problems == null ? List.of() : List.copyOf(problems);
  }

  /**
   * The last backup with the state folder {@code state}; empty if there never was one.
   *
   * @throws IOException if the file cannot be read, or is not such a report
   */
  public static Optional<LastBackup> read(Path state) throws IOException {
    return file(state).read();
  }

  /** Replaces the report: a reader sees the old one or this, never a part. */
  public void write(Path state) throws IOException {
    // The daemon may read it in every set-up; it holds no secret.
    file(state).write(this, PosixFilePermissions.fromString("rw-r-----"));
  }

  private static JsonFile<LastBackup> file(Path state) {
    return new JsonFile<>(state.resolve("backup.json"), LastBackup.class);
  }
}
