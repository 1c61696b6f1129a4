package dev.lightkeeper.health;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code status.json} in the state folder: the daemon writes it, {@code status} reads it. Not
 * fsynced: after a power cut it is written anew at the daemon's start.
 */
public final class StatusFile {
  private final JsonFile<StatusReport> file;

  /** The status file in the state folder {@code state}. */
  public StatusFile(Path state) {
    this.file = new JsonFile<>(state.resolve("status.json"), StatusReport.class);
  }

  /** Where it is. */
  public Path path() {
    return file.path();
  }

  /**
   * Replaces it: a reader sees the old report or the new one, never a part. For one thread at a
   * time.
   */
  public void write(StatusReport report) throws IOException {
    file.write(report);
  }

  /**
   * The last report; empty if there never was one.
   *
   * @throws IOException if it cannot be read, or is not a report
   */
  public Optional<StatusReport> read() throws IOException {
    return file.read();
  }
}
