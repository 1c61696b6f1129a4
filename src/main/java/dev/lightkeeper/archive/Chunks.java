package dev.lightkeeper.archive;

import java.util.Arrays;

/** Where the compressed chunks of the first pass are: a table in few arrays. */
final class Chunks {
  private long[] positions = new long[1024];
  private int[] stored = new int[1024];
  private int[] lengths = new int[1024];
  private int[] entries = new int[1024];
  private int count;

  /** Makes room for a chunk of {@code length} bytes with so many entries; its number. */
  synchronized int add(int length, int entriesInIt) {
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, 2 * count);
      stored = Arrays.copyOf(stored, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
      entries = Arrays.copyOf(entries, 2 * count);
    }
    lengths[count] = length;
    entries[count] = entriesInIt;
    return count++;
  }

  synchronized int next() {
    return count;
  }

  synchronized void setMember(int chunk, long position, int length) {
    positions[chunk] = position;
    stored[chunk] = length;
  }

  synchronized long position(int chunk) {
    return positions[chunk];
  }

  synchronized int memberLength(int chunk) {
    return stored[chunk];
  }

  /** Of what is in it, uncompressed. */
  synchronized int length(int chunk) {
    return lengths[chunk];
  }

  synchronized int entries(int chunk) {
    return entries[chunk];
  }
}
