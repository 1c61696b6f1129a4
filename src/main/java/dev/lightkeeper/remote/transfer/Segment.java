package dev.lightkeeper.remote.transfer;

/**
 * A stretch of a file.
 *
 * @param index from 0 up
 * @param from its first byte
 * @param length in bytes
 */
record Segment(int index, long from, long length) {
  /** Large enough that a connection is mostly busy, small enough that little is sent twice. */
  static final long SIZE = 8L << 20;

  /** How many a file of {@code size} bytes has. */
  static int count(long size) {
    return Math.toIntExact((size + SIZE - 1) / SIZE);
  }

  static Segment of(int index, long size) {
    long from = index * SIZE;
    return new Segment(index, from, Math.min(SIZE, size - from));
  }
}
