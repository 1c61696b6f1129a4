package dev.lightkeeper.archive;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Where the blocks of a large file are, and a fingerprint of each. Blocks are filled in by several
 * threads, each its own; they can be read once those are done.
 */
final class Blocks {
  /** A whole block of zeros is stored nowhere. */
  private static final long ZEROS = Long.MIN_VALUE;

  private final long size;
  private final long[] positions;
  private final int[] stored;
  private final long[] prints;

  Blocks(long size) {
    this.size = size;
    int count = Math.toIntExact((size + GzipPool.BLOCK - 1) / GzipPool.BLOCK);
    this.positions = new long[count];
    this.stored = new int[count];
    this.prints = new long[count];
  }

  /**
   * Tells a block from the one that was there before. The two CRCs together are one of 64 bits:
   * enough against chance, which is all there is between two passes, and many times as fast as a
   * cryptographic hash, which counts while services are down.
   */
  static long fingerprint(ByteBuffer block) {
    CRC32 ieee = new CRC32();
    ieee.update(block.duplicate());
    CRC32C castagnoli = new CRC32C();
    castagnoli.update(block.duplicate());
    return ieee.getValue() << 32 | castagnoli.getValue();
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
  }

  void setMember(int index, long position, int length, long print) {
    positions[index] = position;
    stored[index] = length;
    prints[index] = print;
  }

  void setRaw(int index, long position, long print) {
    positions[index] = -1 - position;
    prints[index] = print;
  }

  /** Takes the block from {@code old}, if that has the same there; says whether. */
  boolean takeFrom(Blocks old, int index, long print) {
    boolean same =
        index < old.count()
            && old.length(index) == length(index)
            && !old.isZeros(index)
            && old.prints[index] == print;
    if (same) {
      positions[index] = old.positions[index];
      stored[index] = old.stored[index];
      prints[index] = print;
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
