package dev.lightkeeper.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** {@code drill.json} in the state folder: the last drill's report. */
public final class DrillFile {
  private final Path file;

  /** The one in the state folder {@code state}. */
  public DrillFile(Path state) {
    this.file = state.resolve("drill.json");
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * Replaces it: a reader sees the old report or the new one, never a part. It gets the owner of
   * the state folder, which the daemon reads it as.
   */
  public void write(DrillReport report) throws IOException {
    Path part = file.resolveSibling("drill.json.part");
    Files.deleteIfExists(part);
    Files.writeString(part, Json.print(report) + "\n");
    Path state = file.getParent();
    if (state != null) {
      Files.setOwner(part, Files.getOwner(state, LinkOption.NOFOLLOW_LINKS));
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The last report; empty if there never was a drill.
   *
   * @throws IOException if it cannot be read, or is not a report
   */
  public Optional<DrillReport> read() throws IOException {
    try {
      return Optional.of(Json.parse(Files.readString(file), DrillReport.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
