package dev.lightkeeper.archive;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a draft.
 *
 * @param archive where it goes; the manifest goes beside it, with {@code .json} at the end
 * @param passphrase null to leave it as it is: {@code .tar.gz}
 * @param lastFacts what is known only when all else is in the archive; asked once, and may wait
 */
public record SealOrder(
    Path archive,
    ManifestHead head,
    @Nullable Passphrase passphrase,
    Supplier<Map<String, Object>> lastFacts) {
  /** The archive's path is made absolute. */
  public SealOrder {
    archive = archive.toAbsolutePath();
  }

  /** One that knows everything now. */
  public SealOrder(Path archive, ManifestHead head, @Nullable Passphrase passphrase) {
    this(archive, head, passphrase, Map::of);
  }
}
