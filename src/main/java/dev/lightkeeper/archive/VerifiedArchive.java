package dev.lightkeeper.archive;

/**
 * An archive that was read back from disk and found to be what its manifest says.
 *
 * @param entries how many, the manifest included
 * @param bytes content of the files among them
 */
public record VerifiedArchive(ArchiveFile file, ManifestHead head, long entries, long bytes) {}
