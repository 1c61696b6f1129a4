package dev.lightkeeper.archive;

import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Gathers small entries, header and all, until they fill a chunk: one gzip member. */
final class ChunkBuilder {
  private final DraftStore store;
  private final BufferedTasks tasks;
  private @Nullable ByteBuffer open;
  private int entries;

  ChunkBuilder(DraftStore store, BufferedTasks tasks) {
    this.store = store;
    this.tasks = tasks;
  }

  /** Writes content where the buffer stands, and returns its hash. */
  interface Filling {
    @Nullable Sha256 fill(ByteBuffer chunk) throws IOException, ArchiveException;
  }

  /** Adds an entry whose content is at most {@link GzipPool#SMALL} bytes. */
  Content.InChunk add(TarHeader header, Filling filling) throws IOException, ArchiveException {
    ByteBuffer chunk = open;
    if (chunk == null) {
      chunk = tasks.take();
      open = chunk;
    }
    int at = chunk.position();
    header.putTo(chunk);
    int begin = chunk.position();
    Sha256 sha256 = filling.fill(chunk);
    chunk.put(new byte[TarHeader.padding(chunk.position())]);
    Content.InChunk content = new Content.InChunk(store.chunks().next(), at, begin, sha256);
    entries++;
    if (chunk.position() >= GzipPool.BLOCK) {
      close();
    }
    return content;
  }

  /** Ends the chunk; the next entry begins another. */
  void close() {
    ByteBuffer chunk = open;
    if (chunk == null) {
      return;
    }
    open = null;
    chunk.flip();
    int number = store.chunks().add(chunk.remaining(), entries);
    entries = 0;
    tasks.submit(
        chunk,
        (worker, full) -> {
          ByteBuffer member = worker.encode(full, true);
          int length = member.remaining();
          store.chunks().setMember(number, store.members().append(member), length);
        });
  }

  /** Gives back what is open, after a failure. */
  void abandon() {
    if (open != null) {
      tasks.give(open);
      open = null;
    }
  }
}
