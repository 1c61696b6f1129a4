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
    file.read(0, into, size);
    return Hashing.of(into.duplicate().flip().position(begin));
  }

  private Content inBlocks(SourceFile file, @Nullable Blocks before)
      throws IOException, ArchiveException {
    Blocks blocks = new Blocks(file.stat().size());
    if (chunks != null) {
      chunks.close(); // a chunk holds what follows one another
      return new Content.InBlocks(blocks, compressed(file, blocks));
    }
    for (int i = 0; i < blocks.count(); i++) {
      int index = i;
      tasks.submit(tasks.take(), (_, block) -> takeWhatChanged(file, block, blocks, index, before));
    }
    tasks.await();
    // Time is short: the sealing hashes the whole.
    return new Content.InBlocks(blocks, null);
  }

  /** Reads and hashes in order, while the pool compresses. */
  private Sha256 compressed(SourceFile file, Blocks blocks) throws IOException, ArchiveException {
    MessageDigest whole = Hashing.sha256();
    for (int i = 0; i < blocks.count(); i++) {
      ByteBuffer block = tasks.take();
      boolean handedOver = false;
      try {
        readBlock(file, block, blocks, i);
        whole.update(block.duplicate());
        if (block.equals(ZEROS)) {
          blocks.setZeros(i);
        } else {
          int index = i;
          tasks.submit(block, (worker, full) -> compress(worker, full, blocks, index));
          handedOver = true;
        }
      } finally {
        if (!handedOver) {
          tasks.give(block);
        }
      }
    }
    return Hashing.finish(whole);
  }

  private static void readBlock(SourceFile file, ByteBuffer into, Blocks blocks, int index)
      throws ArchiveException {
    file.read((long) index * GzipPool.BLOCK, into, blocks.length(index));
    into.flip();
  }

  private void compress(GzipPool.Worker worker, ByteBuffer full, Blocks blocks, int index)
      throws IOException {
    long print = Blocks.fingerprint(full);
    ByteBuffer member = worker.encode(full, true);
    int length = member.remaining();
    blocks.setMember(index, store.members().append(member), length, print);
  }

  private void takeWhatChanged(
      SourceFile file, ByteBuffer block, Blocks blocks, int index, @Nullable Blocks before)
      throws IOException, ArchiveException {
    readBlock(file, block, blocks, index);
    if (block.equals(ZEROS)) {
      blocks.setZeros(index);
      return;
    }
    long print = Blocks.fingerprint(block);
    if (before == null || !blocks.takeFrom(before, index, print)) {
      blocks.setRaw(index, store.raw().append(block), print);
    }
  }
}
