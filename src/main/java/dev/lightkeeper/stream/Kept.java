package dev.lightkeeper.stream;

import dev.lightkeeper.remote.Version;

/**
 * A version and its size.
 *
 * @param size bytes
 */
public record Kept(Version version, long size) {}
