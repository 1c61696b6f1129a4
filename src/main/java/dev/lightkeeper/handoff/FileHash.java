package dev.lightkeeper.handoff;

import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * A file as it was at one moment.
 *
 * @param size bytes
 * @param modified of the file system, nanoseconds since 1970, as text
 */
record FileHash(long size, String modified, Sha256 hash) {
  /** Reads all of {@code file}; empty if it is not there. */
  static Optional<FileHash> of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      BasicFileAttributes before = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(
          new FileHash(
              before.size(), before.lastModifiedTime().toInstant().toString(), Sha256.of(in)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Whether {@code file} has the content it had; reads it only if size or time differ. */
  boolean holds(Path file) throws IOException {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      if (now.size() == size && now.lastModifiedTime().toInstant().toString().equals(modified)) {
        return true;
      }
      return of(file).map(FileHash::hash).equals(Optional.of(hash));
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
