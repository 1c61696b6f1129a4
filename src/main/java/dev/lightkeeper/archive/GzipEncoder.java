package dev.lightkeeper.archive;

import java.nio.ByteBuffer;

/** Makes one gzip member (RFC 1952) of a buffer. For one thread at a time. */
interface GzipEncoder extends AutoCloseable {
  /** As {@code gzip} does by default. */
  int LEVEL = 6;

  /**
   * Writes {@code input}'s remaining bytes as one member to {@code output}, which is cleared before
   * and flipped after. Both are direct buffers.
   */
  void encode(ByteBuffer input, ByteBuffer output);

  /** A size that a member of {@code length} bytes never exceeds. */
  static int bound(int length) {
    return length + length / 256 + 4096;
  }

  @Override
  void close();
}
