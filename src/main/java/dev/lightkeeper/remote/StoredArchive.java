package dev.lightkeeper.remote;

/**
 * An archive as it is kept.
 *
 * @param size in bytes
 * @param complete whether its manifest is beside it, which is put there last: only then the archive
 *     is whole and verified
 */
public record StoredArchive(ArchiveName name, long size, boolean complete) {}
