package dev.lightkeeper.backup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    if (Files.isDirectory(path())) {
      remove(path());
    }
    try (Stream<Path> files = Files.list(archives)) {
      List<Path> partial = files.filter(f -> f.toString().endsWith(".partial")).toList();
      for (Path file : partial) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
