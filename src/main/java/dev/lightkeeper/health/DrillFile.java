package dev.lightkeeper.health;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** {@code drill.json} in the state folder: the last drill's report. */
public final class DrillFile {
  private final JsonFile<DrillReport> file;

  /** The one in the state folder {@code state}. */
  public DrillFile(Path state) {
    this.file = new JsonFile<>(state.resolve("drill.json"), DrillReport.class);
  }

  /** Where it is. */
  public Path path() {
    return file.path();
  }

  /**
   * Replaces it: a reader sees the old report or the new one, never a part. It gets the owner of
   * the state folder, which the daemon reads it as.
   */
  public void write(DrillReport report) throws IOException {
    file.write(report);
  }

  /**
   * The last report; empty if there never was a drill.
   *
   * @throws IOException if it cannot be read, or is not a report
   */
  public Optional<DrillReport> read() throws IOException {
    return file.read();
  }
}
