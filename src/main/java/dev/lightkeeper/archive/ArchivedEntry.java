package dev.lightkeeper.archive;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry as an archive has it.
 *
 * @param size of the content, bytes
 * @param mode permission bits
 * @param link the target of a link: another entry's name of a hard link; null if it is no link
 */
public record ArchivedEntry(
    EntryName name,
    EntryType type,
    long size,
    int mode,
    long uid,
    long gid,
    Instant modified,
    @Nullable EntryName link) {}
