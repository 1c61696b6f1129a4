package dev.lightkeeper.archive;

import java.util.Arrays;

/**
 * Where the blocks of a large file are, and what each hashes to. Blocks are filled in by several
 * threads, each its own; they can be read once those are done.
 */
final class Blocks {
  /** A whole block of zeros is stored nowhere. */
  private static final long ZEROS = Long.MIN_VALUE;

  /** Of SHA-256; enough that two different blocks are never taken for one. */
  private static final int HASH = 16;

  private final long size;
  private final long[] positions;
  private final int[] stored;
  private final byte[] hashes;

  Blocks(long size) {
    this.size = size;
    int count = Math.toIntExact((size + GzipPool.BLOCK - 1) / GzipPool.BLOCK);
    this.positions = new long[count];
    this.stored = new int[count];
    this.hashes = new byte[count * HASH];
  }

  long size() {
    return size;
  }

  int count() {
    return positions.length;
  }

  /** How many bytes of content block {@code index} holds. */
  int length(int index) {
    return (int) Math.min(GzipPool.BLOCK, size - (long) index * GzipPool.BLOCK);
  }

  void setZeros(int index) {
    positions[index] = ZEROS;
    Arrays.fill(hashes, index * HASH, (index + 1) * HASH, (byte) 0);
  }

  void setMember(int index, long position, int length, byte[] hash) {
    positions[index] = position;
    stored[index] = length;
    System.arraycopy(hash, 0, hashes, index * HASH, HASH);
  }

  void setRaw(int index, long position, byte[] hash) {
    positions[index] = -1 - position;
    System.arraycopy(hash, 0, hashes, index * HASH, HASH);
  }

  /** Takes the block from {@code old}, if that has the same there; says whether. */
  boolean takeFrom(Blocks old, int index, byte[] hash) {
    boolean same =
        index < old.count()
            && old.length(index) == length(index)
            && !old.isZeros(index)
            && Arrays.equals(old.hashes, index * HASH, (index + 1) * HASH, hash, 0, HASH);
    if (same) {
      positions[index] = old.positions[index];
      stored[index] = old.stored[index];
      System.arraycopy(hash, 0, hashes, index * HASH, HASH);
    }
    return same;
  }

  boolean isZeros(int index) {
    return positions[index] == ZEROS;
  }

  boolean isRaw(int index) {
    return positions[index] < 0 && !isZeros(index);
  }

  /** Where its bytes begin, in the file for raw content or in that for members. */
  long position(int index) {
    return isRaw(index) ? -1 - positions[index] : positions[index];
  }

  /** How many bytes its member has. */
  int memberLength(int index) {
    return stored[index];
  }
}
