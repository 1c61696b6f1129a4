package dev.lightkeeper.archive;

import dev.lightkeeper.node.Sha256;

/**
 * An archive as a file.
 *
 * @param name its file name
 * @param size bytes
 */
public record ArchiveFile(String name, long size, Sha256 sha256) {}
