package dev.lightkeeper.handoff;

import dev.lightkeeper.health.JsonFile;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code guard.json} in the state folder: what the guard last found, for {@code guard --status}.
 */
public final class GuardFile {
  private final JsonFile<Report> file;

  /**
   * One report.
   *
   * @param at when it was made
   */
  public record Report(Instant at, long pid, Guard.Round round, List<OpenAlert> alerts) {
    public Report {
      alerts = List.copyOf(alerts);
    }
  }

  /** The file in the state folder {@code state}. */
  public GuardFile(Path state) {
    this.file = new JsonFile<>(state.resolve("guard.json"), Report.class);
  }

  /** Replaces it: a reader sees the old report or the new one, never a part. */
  public void write(Report report) throws IOException {
    file.write(report);
  }

  /** The last report; empty if there never was one. */
  public Optional<Report> read() throws IOException {
    return file.read();
  }
}
