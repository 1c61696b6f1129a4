package dev.lightkeeper.archive;

import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Brings the content of one file into the draft. */
final class FileCapture {
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(GzipPool.BLOCK);

  private final DraftStore store;
  private final BufferedTasks tasks;

  /** In the first pass, whose content is compressed at once; null later. */
  private final @Nullable ChunkBuilder chunks;

  FileCapture(DraftStore store, BufferedTasks tasks, @Nullable ChunkBuilder chunks) {
    this.store = store;
    this.tasks = tasks;
    this.chunks = chunks;
  }

  /**
   * Reads all of {@code file}.
   *
   * @param before the blocks that an earlier pass has of it, or null
   */
  Content capture(EntryName name, SourceFile file, @Nullable Blocks before)
      throws IOException, ArchiveException {
    Stat stat = file.stat();
    if (stat.size() > GzipPool.SMALL) {
      return inBlocks(file, before);
    }
    int size = (int) stat.size();
    if (chunks != null) {
      TarHeader header = TarHeader.of(name, EntryType.FILE, stat, size, null);
      return chunks.add(header, chunk -> read(file, chunk, size));
    }
    ByteBuffer buffer = tasks.take();
    try {
      Sha256 sha256 = read(file, buffer, size);
      return new Content.Raw(store.raw().append(buffer.flip()), sha256);
    } finally {
      tasks.give(buffer);
    }
  }

  private static Sha256 read(SourceFile file, ByteBuffer into, int size) throws ArchiveException {
    int begin = into.position();
    file.read(into, size);
    return Hashing.of(into.duplicate().flip().position(begin));
  }

  private Content inBlocks(SourceFile file, @Nullable Blocks before)
      throws IOException, ArchiveException {
    if (chunks != null) {
      chunks.close(); // a chunk holds what follows one another
    }
    Blocks blocks = new Blocks(file.stat().size());
    // Later, time is short: there the sealing hashes the whole.
    MessageDigest whole = chunks == null ? null : Hashing.sha256();
    for (int i = 0; i < blocks.count(); i++) {
      ByteBuffer block = tasks.take();
      boolean handedOver = false;
      try {
        file.read(block, blocks.length(i));
        block.flip();
        if (whole != null) {
          whole.update(block.duplicate());
        }
        if (block.equals(ZEROS)) {
          blocks.setZeros(i);
        } else {
          int index = i;
          handedOver = true;
          tasks.submit(block, (worker, full) -> put(worker, full, blocks, index, before));
        }
      } finally {
        if (!handedOver) {
          tasks.give(block);
        }
      }
    }
    return new Content.InBlocks(blocks, whole == null ? null : Hashing.finish(whole));
  }

  private void put(
      GzipPool.Worker worker, ByteBuffer full, Blocks blocks, int index, @Nullable Blocks before)
      throws IOException {
    byte[] hash = Hashing.bytesOf(full);
    if (before != null && blocks.takeFrom(before, index, hash)) {
      return;
    }
    if (chunks == null) {
      blocks.setRaw(index, store.raw().append(full), hash);
      return;
    }
    ByteBuffer member = worker.encode(full, true);
    int length = member.remaining();
    blocks.setMember(index, store.members().append(member), length, hash);
  }
}
