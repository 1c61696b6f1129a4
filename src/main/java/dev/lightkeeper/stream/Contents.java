package dev.lightkeeper.stream;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.remote.Version;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The contents of one node's versions that some remote still lacks, in memory or in the spool. */
final class Contents {
  /** Where a version's content is. */
  static final class Entry {
    final Version version;
    final long size;
    final long since;
    @Nullable ChannelBackup memory;
    boolean storing;
    boolean stored;
    long storeAt;

    Entry(Version version, long size, long since, @Nullable ChannelBackup memory, boolean stored) {
      this.version = version;
      this.size = size;
      this.since = since;
      this.memory = memory;
      this.stored = stored;
      this.storeAt = since;
    }
  }

  private final NavigableMap<Version, Entry> entries = new TreeMap<>();

  void observed(Version version, ChannelBackup backup, long now) {
    Entry known = entries.get(version);
    if (known == null) {
      entries.put(version, new Entry(version, backup.size(), now, backup, false));
    } else {
      known.memory = backup;
    }
  }

  void spooled(Kept kept, long now) {
    entries.put(kept.version(), new Entry(kept.version(), kept.size(), now, null, true));
  }

  @Nullable Entry get(Version version) {
    return entries.get(version);
  }

  /** Oldest first. */
  Collection<Entry> all() {
    return entries.values();
  }

  /** Those older than {@code newest}, oldest first; all if there is none. */
  Collection<Entry> before(@Nullable Version newest) {
    return (newest == null ? entries : entries.headMap(newest)).values();
  }

  void remove(Version version) {
    entries.remove(version);
  }

  long storedBytes() {
    long bytes = 0;
    for (Entry entry : entries.values()) {
      bytes += entry.stored ? entry.size : 0;
    }
    return bytes;
  }

  /** In memory alone. */
  long unstoredBytes() {
    long bytes = 0;
    for (Entry entry : entries.values()) {
      bytes += entry.memory != null && !entry.stored ? entry.size : 0;
    }
    return bytes;
  }
}
