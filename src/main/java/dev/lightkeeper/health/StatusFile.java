package dev.lightkeeper.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * {@code status.json} in the state folder: the daemon writes it, {@code status} reads it. Not
 * fsynced: after a power cut it is written anew at the daemon's start.
 */
public final class StatusFile {
  private final Path file;

  /** The status file in the state folder {@code state}. */
  public StatusFile(Path state) {
    this.file = state.resolve("status.json");
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * Replaces it: a reader sees the old report or the new one, never a part. For one thread at a
   * time.
   */
  public void write(StatusReport report) throws IOException {
    Path part = file.resolveSibling("status.json.part");
    Files.writeString(part, Json.print(report) + "\n");
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The last report; empty if there never was one.
   *
   * @throws IOException if it cannot be read, or is not a report
   */
  public Optional<StatusReport> read() throws IOException {
    try {
      return Optional.of(Json.parse(Files.readString(file), StatusReport.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
