package dev.lightkeeper.restore;

import dev.lightkeeper.archive.ArchiveFile;
import dev.lightkeeper.archive.ArchiveMode;
import dev.lightkeeper.archive.ManifestHead;
import dev.lightkeeper.deployment.DatabaseKind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An archive that was read to its end, found whole, and lies extracted beside Docker's volumes.
 *
 * @param folder holds all of it
 * @param manifest null if one of BTCPay Server's scripts made it
 * @param mode what its marker says; null in archives that have none
 * @param volumes names of volumes whose content is at {@link #data}
 * @param dumps compressed
 * @param secrets null if it has none
 * @param withheld channel state, kept aside
 * @param bytes that were written
 * @param newest the time of its newest file, which is its own where it has no manifest
 */
public record Staged(
    Path folder,
    ArchiveFile file,
    @Nullable ManifestHead manifest,
    @Nullable ArchiveMode mode,
    List<String> volumes,
    Map<DatabaseKind, Path> dumps,
    @Nullable Path secrets,
    List<Withheld> withheld,
    long bytes,
    Instant newest) {
  public Staged {
    volumes = List.copyOf(volumes);
    dumps = Map.copyOf(dumps);
    withheld = List.copyOf(withheld);
  }

  /** A volume's content. */
  public Path data(String volume) {
    return tree(folder).resolve("volumes").resolve(volume).resolve("_data");
  }

  static Path tree(Path folder) {
    return folder.resolve("tree");
  }

  /** Where channel state is kept. */
  static Path aside(Path folder) {
    return folder.resolve("withheld-DO-NOT-START");
  }
}
