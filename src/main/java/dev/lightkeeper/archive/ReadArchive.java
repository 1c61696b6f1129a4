package dev.lightkeeper.archive;

import org.jspecify.annotations.Nullable;

/**
 * An archive that was read to its end and found whole.
 *
 * @param manifest with which every entry agrees; null in an archive of BTCPay Server's scripts
 * @param entries how many there are, the manifest too
 * @param bytes of the entries' contents
 */
public record ReadArchive(
    ArchiveFile file, @Nullable ManifestHead manifest, long entries, long bytes) {}
