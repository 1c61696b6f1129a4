package dev.lightkeeper.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An archive that is on disk under a temporary name. To be verified, described, then given its
 * name.
 */
public final class SealedArchive {
  private final Path partial;
  private final Path partialManifest;
  private final ArchiveFile file;
  private final long entries;
  private final ManifestHead head;
  private final Manifest.@Nullable EntrySource shown;

  /**
   * @param partial where it is
   * @param partialManifest where the manifest that goes beside it is to be written
   * @param file its future name, its size and hash as they were written
   * @param entries how many it holds, the manifest included
   * @param head what its own manifest says
   * @param shown the entries that the manifest beside it names; null for none
   */
  SealedArchive(
      Path partial,
      Path partialManifest,
      ArchiveFile file,
      long entries,
      ManifestHead head,
      Manifest.@Nullable EntrySource shown) {
    this.partial = partial;
    this.partialManifest = partialManifest;
    this.file = file;
    this.entries = entries;
    this.head = head;
    this.shown = shown;
  }

  /** Where it is. */
  public Path partial() {
    return partial;
  }

  /** Its future name, its size and hash as they were written. */
  public ArchiveFile file() {
    return file;
  }

  /** How many it holds, the manifest included. */
  public long entries() {
    return entries;
  }

  /**
   * Writes the manifest that goes beside it, durably, under a temporary name.
   *
   * @param facts what was not known yet when it was sealed
   * @return where the manifest is
   * @throws IOException if it cannot be written
   */
  public Path describe(Map<String, Object> facts) throws IOException {
    Files.deleteIfExists(partialManifest);
    try (OutputFile to = new OutputFile(partialManifest);
        OutputStream out = new BufferedOutputStream(to, 1 << 16)) {
      Manifest.write(out, head.with(facts), file, shown);
      out.flush();
      to.force();
    }
    return partialManifest;
  }

  /** Removes what there is of both under their temporary names. */
  public void discard() throws IOException {
    Files.deleteIfExists(partial);
    Files.deleteIfExists(partialManifest);
  }
}
