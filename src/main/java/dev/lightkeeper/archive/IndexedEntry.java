package dev.lightkeeper.archive;

import dev.lightkeeper.node.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * An entry as the draft has it.
 *
 * @param size of the content that is stored, in bytes
 * @param settled whether the stat would differ if the content had changed since
 * @param link the target of a link, or null
 */
record IndexedEntry(
    EntryName name,
    EntryType type,
    Stat stat,
    long size,
    boolean settled,
    @Nullable EntryName link,
    Content content) {

  TarHeader header() {
    return TarHeader.of(name, type, stat, size, link);
  }

  IndexedEntry withContent(Content other) {
    return new IndexedEntry(name, type, stat, size, settled, link, other);
  }

  /** What a file's content hashes to; null if it is no file. */
  @Nullable Sha256 sha256() {
    return switch (content) {
      case Content.None _ -> null;
      case Content.InChunk in -> in.sha256();
      case Content.Raw raw -> raw.sha256();
      case Content.InBlocks in -> {
        if (in.sha256() == null) {
          throw new IllegalStateException(name + " is not hashed yet");
        }
        yield in.sha256();
      }
    };
  }
}
