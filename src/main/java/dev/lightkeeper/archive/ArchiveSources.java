package dev.lightkeeper.archive;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is archived.
 *
 * @param dockerRoot Docker's root, whose {@code volumes} are archived by {@code layout}
 * @param secrets the directory that becomes {@code secrets/}; null if the deployment has none
 */
public record ArchiveSources(Path dockerRoot, @Nullable Path secrets, BtcpayLayout layout) {
  /** Paths are made absolute. */
  public ArchiveSources {
    dockerRoot = dockerRoot.toAbsolutePath();
    secrets = secrets == null ? null : secrets.toAbsolutePath();
  }
}
