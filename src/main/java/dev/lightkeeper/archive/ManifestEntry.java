package dev.lightkeeper.archive;

import dev.lightkeeper.node.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An entry as the manifest has it.
 *
 * @param sha256 of the content; null if it is no file
 * @param link the target of a link, or null
 */
record ManifestEntry(
    EntryName name, EntryType type, long size, @Nullable Sha256 sha256, @Nullable EntryName link) {
  /** Enough that two entries are never taken for one. */
  static final int DIGEST = 16;

  static ManifestEntry of(IndexedEntry entry) {
    return new ManifestEntry(
        entry.name(), entry.type(), entry.size(), entry.sha256(), entry.link());
  }

  /** Equal for entries that are equal in all that a manifest says. */
  byte[] digest() {
    MessageDigest digest = Hashing.sha256();
    digest.update(type.flag());
    digest.update(ByteBuffer.allocate(16).putLong(size).putInt(name.length()).flip());
    digest.update(name.shared());
    if (sha256 != null) {
      digest.update(sha256.hex().getBytes(StandardCharsets.US_ASCII));
    }
    if (link != null) {
      digest.update(link.shared());
    }
    return Arrays.copyOf(digest.digest(), DIGEST);
  }
}
