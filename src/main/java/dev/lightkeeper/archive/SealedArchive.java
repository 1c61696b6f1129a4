package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * An archive that is on disk under a temporary name, with the manifest that goes beside it. To be
 * verified, then published.
 *
 * @param partial where it is
 * @param partialManifest where its manifest is
 * @param archive where it will be
 * @param manifest where its manifest will be
 * @param file its future name, its size and hash as they were written
 * @param entries how many it holds, the manifest included
 */
public record SealedArchive(
    Path partial,
    Path partialManifest,
    Path archive,
    Path manifest,
    ArchiveFile file,
    long entries) {
  /**
   * Gives both files their names, the archive last.
   *
   * @throws IOException if there is an archive of that name; it stays
   */
  public void publish() throws IOException {
    if (Files.exists(archive)) {
      throw new IOException("there is an archive " + archive + " already");
    }
    Files.move(partialManifest, manifest, StandardCopyOption.ATOMIC_MOVE);
    Files.move(partial, archive, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder =
        FileChannel.open(
            Objects.requireNonNull(archive.getParent(), "a folder"), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Removes both files, if they are there under their temporary names. */
  public void discard() throws IOException {
    Files.deleteIfExists(partial);
    Files.deleteIfExists(partialManifest);
  }
}
