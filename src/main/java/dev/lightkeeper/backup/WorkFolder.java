package dev.lightkeeper.backup;

import dev.lightkeeper.files.Trees;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.shelf.ArchiveFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where an archive is made: beside the finished ones, so that a rename is all it takes to keep it.
 */
final class WorkFolder {
  private static final String NAME = ".lightkeeper-work";
  private static final String PARTIAL = ".partial";

  private final Path archives;

  WorkFolder(Path archives) {
    this.archives = archives;
  }

  Path path() {
    return archives.resolve(NAME);
  }

  /** Removes what a killed run left, if any did; no other run may be under way. */
  void sweep() throws IOException {
    if (!Files.isDirectory(archives)) {
      return;
    }
    Trees.remove(path());
    try (Stream<Path> files = Files.list(archives)) {
      for (Path file : files.filter(WorkFolder::isOurs).toList()) {
        Files.deleteIfExists(file);
      }
    }
    new ArchiveFolder(archives).sweepParts();
  }

  /** An archive or a manifest that a run was writing: nobody else's file has such a name. */
  private static boolean isOurs(Path file) {
    String name = String.valueOf(file.getFileName());
    if (!name.endsWith(PARTIAL) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    String whole = name.substring(0, name.length() - PARTIAL.length());
    String archive =
        whole.endsWith(ArchiveName.MANIFEST)
            ? whole.substring(0, whole.length() - ArchiveName.MANIFEST.length())
            : whole;
    return ArchiveName.parse(archive).isPresent();
  }
}
