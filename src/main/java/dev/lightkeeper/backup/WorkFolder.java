package dev.lightkeeper.backup;

import dev.lightkeeper.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where an archive is made: beside the finished ones, so that a rename is all it takes to keep it.
 */
final class WorkFolder {
  private static final String NAME = ".lightkeeper-work";

  private final Path archives;

  WorkFolder(Path archives) {
    this.archives = archives;
  }

  Path path() {
    return archives.resolve(NAME);
  }

  /** Removes what a killed run left; no other run may be under way. */
  void sweep() throws IOException {
    Trees.remove(path());
    try (Stream<Path> files = Files.list(archives)) {
      List<Path> partial = files.filter(f -> f.toString().endsWith(".partial")).toList();
      for (Path file : partial) {
        Files.deleteIfExists(file);
      }
    }
  }
}
