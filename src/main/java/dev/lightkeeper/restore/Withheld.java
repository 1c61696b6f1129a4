package dev.lightkeeper.restore;

import java.nio.file.Path;

/**
 * A file of the archive that is channel state and so was not put in place.
 *
 * @param name in the archive
 * @param why it is taken for channel state
 * @param file where it is kept
 */
public record Withheld(String name, String why, Path file) {}
