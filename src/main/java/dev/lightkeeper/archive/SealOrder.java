package dev.lightkeeper.archive;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is to become of a draft.
 *
 * @param archive where it goes; the manifest goes beside it, with {@code .json} at the end
 * @param passphrase null to leave it as it is: {@code .tar.gz}
 */
public record SealOrder(Path archive, ManifestHead head, @Nullable Passphrase passphrase) {
  /** The archive's path is made absolute. */
  public SealOrder {
    archive = archive.toAbsolutePath();
  }
}
