package dev.lightkeeper.health;

import dev.lightkeeper.files.FolderOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report that one process leaves in the state folder and others read. Not fsynced: what it tells
 * is told anew.
 */
public final class JsonFile<T> {
  private final Path file;
  private final Class<T> type;

  public JsonFile(Path file, Class<T> type) {
    this.file = file;
    this.type = type;
  }

  /** Where it is. */
  public Path path() {
    return file;
  }

  /**
   * Replaces it: a reader sees the old report or the new one, never a part. It belongs to the
   * folder's owner. For one thread at a time.
   */
  public void write(T report) throws IOException {
    write(report, null);
  }

  /** The same, with a mode that does not depend on this process's. */
  public void write(T report, @Nullable Set<PosixFilePermission> mode) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(part);
    Files.writeString(part, Json.print(report) + "\n");
    if (mode != null) {
      Files.setPosixFilePermissions(part, mode);
    }
    FolderOwner.give(part);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * The last report; empty if there never was one.
   *
   * @throws IOException if it cannot be read, or is not such a report
   */
  public Optional<T> read() throws IOException {
    try {
      return Optional.of(Json.parse(Files.readString(file), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
