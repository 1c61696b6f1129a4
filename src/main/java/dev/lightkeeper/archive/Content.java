package dev.lightkeeper.archive;

import dev.lightkeeper.node.Sha256;
import org.jspecify.annotations.Nullable;

/** Where the draft keeps an entry's content. */
sealed interface Content {
  /** There is none: only the header is to be written. */
  record None() implements Content {
    static final None NONE = new None();
  }

  /**
   * In a compressed chunk, header and all, as the first pass made it.
   *
   * @param header where its header begins in the chunk
   * @param begin where its content begins in the chunk
   * @param sha256 of its content; null if it is no file
   */
  record InChunk(int chunk, int header, int begin, @Nullable Sha256 sha256) implements Content {}

  /** As it is, in the file for what later passes read. */
  record Raw(long position, Sha256 sha256) implements Content {}

  /**
   * In blocks, each by itself.
   *
   * @param sha256 of the whole; null if it is still to be computed
   */
  record InBlocks(Blocks blocks, @Nullable Sha256 sha256) implements Content {}
}
