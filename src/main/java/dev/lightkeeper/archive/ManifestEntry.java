package dev.lightkeeper.archive;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An entry as the manifest has it.
 *
 * @param sha256 of the content; empty if it is no file
 * @param link the target of a link, or null
 */
record ManifestEntry(
    EntryName name, EntryType type, long size, byte[] sha256, byte @Nullable [] link) {
  /** Enough that two entries are never taken for one. */
  static final int DIGEST = 16;

  static ManifestEntry of(IndexedEntry entry) {
    return new ManifestEntry(
        entry.name(), entry.type(), entry.size(), entry.sha256(), entry.link());
  }

  /** Equal for entries that are equal in all that a manifest says. */
  byte[] digest() {
    MessageDigest digest = Hashing.sha256();
    digest.update((byte) type.ordinal());
    digest.update(ByteBuffer.allocate(16).putLong(size).putInt(name.length()).flip());
    digest.update(name.shared());
    digest.update(sha256);
    if (link != null) {
      digest.update(link);
    }
    return Arrays.copyOf(digest.digest(), DIGEST);
  }
}
