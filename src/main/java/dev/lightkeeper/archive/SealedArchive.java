package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An archive that is on disk under a temporary name, with the manifest that goes beside it. To be
 * verified, then given its name.
 *
 * @param partial where it is
 * @param partialManifest where its manifest is
 * @param file its future name, its size and hash as they were written
 * @param entries how many it holds, the manifest included
 */
public record SealedArchive(Path partial, Path partialManifest, ArchiveFile file, long entries) {
  /** Removes both files, if they are there under their temporary names. */
  public void discard() throws IOException {
    Files.deleteIfExists(partial);
    Files.deleteIfExists(partialManifest);
  }
}
