package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Puts the tar together out of what the draft holds: chunks in which nothing changed are copied as
 * they are, the others are made anew.
 */
final class Assembly {
  private final DraftStore store;
  private final OrderedGzip out;
  private final ArchiveProgress progress;
  private final ByteBuffer zeros;
  private final List<ManifestEntry> first = new ArrayList<>();
  private long bytes;
  private int inflatedChunk = -1;
  private byte[] inflated = new byte[0];

  /**
   * @param encoder for the one member that stands for each block of zeros
   */
  Assembly(
      DraftStore store, OrderedGzip out, Supplier<GzipEncoder> encoder, ArchiveProgress progress) {
    this.store = store;
    this.out = out;
    this.progress = progress;
    this.zeros = memberOfZeros(encoder);
  }

  /** Entries that were added one by one, in order. */
  List<ManifestEntry> first() {
    return first;
  }

  /** Adds a small file of root's. */
  void add(EntryName name, String content, long modified) throws IOException {
    byte[] text = content.getBytes(StandardCharsets.UTF_8);
    TarHeader.ofFile(name, text.length, modified).putTo(out.buffer());
    out.buffer().put(text).put(new byte[TarHeader.padding(text.length)]);
    endWhenFull();
    first.add(
        new ManifestEntry(
            name, EntryType.FILE, text.length, Hashing.of(ByteBuffer.wrap(text)), null));
  }

  /**
   * Adds a file of root's whose content is in {@code file}.
   *
   * @param compressible false if it is compressed already
   */
  void add(EntryName name, Path file, long modified, boolean compressible) throws IOException {
    long size = Files.size(file);
    MessageDigest digest = Hashing.sha256();
    TarHeader.ofFile(name, size, modified).putTo(out.buffer());
    long copied = 0;
    try (InputStream in = Files.newInputStream(file)) {
      out.endMember(true);
      byte[] part = new byte[1 << 16];
      for (int count; (count = in.read(part)) > 0; copied += count) {
        digest.update(part, 0, count);
        out.buffer().put(part, 0, count);
        if (out.buffer().position() >= GzipPool.BLOCK) {
          out.endMember(compressible);
        }
        tell(count, name);
      }
      out.endMember(compressible);
    }
    if (copied != size) {
      throw new IOException(file + " was changed by somebody else");
    }
    out.buffer().put(new byte[TarHeader.padding(size)]);
    first.add(new ManifestEntry(name, EntryType.FILE, size, Hashing.finish(digest), null));
  }

  /** Adds all of {@code index}; hashes that are still missing are put into it. */
  void addAll(List<IndexedEntry> index) throws IOException {
    for (int i = 0; i < index.size(); ) {
      int whole = wholeChunkAt(index, i);
      if (whole > 0 && index.get(i).content() instanceof Content.InChunk in) {
        out.copyMember(
            store.members(),
            store.chunks().position(in.chunk()),
            store.chunks().memberLength(in.chunk()));
        for (int end = i + whole; i < end; i++) {
          tell(index.get(i).size(), index.get(i).name());
        }
      } else {
        index.set(i, add(index.get(i)));
        i++;
      }
    }
  }

  /** Adds the end of the archive: two blocks of zeros. */
  void addEnd() throws IOException {
    out.buffer().put(new byte[2 * TarHeader.BLOCK]);
    out.finish();
  }

  /** How many entries from {@code at} on are a whole chunk; 0 if they are not. */
  private int wholeChunkAt(List<IndexedEntry> index, int at) {
    if (!(index.get(at).content() instanceof Content.InChunk start) || start.header() != 0) {
      return 0;
    }
    int count = store.chunks().entries(start.chunk());
    for (int i = at; i < at + count; i++) {
      if (i >= index.size()
          || !(index.get(i).content() instanceof Content.InChunk in)
          || in.chunk() != start.chunk()) {
        return 0;
      }
    }
    return count;
  }

  private IndexedEntry add(IndexedEntry entry) throws IOException {
    entry.header().putTo(out.buffer());
    IndexedEntry added =
        switch (entry.content()) {
          case Content.None _ -> entry;
          case Content.InChunk in -> {
            out.buffer().put(inflated(in.chunk()), in.begin(), (int) entry.size());
            yield entry;
          }
          case Content.Raw raw -> {
            readRaw(raw.position(), (int) entry.size());
            yield entry;
          }
          case Content.InBlocks in -> entry.withContent(addBlocks(in, entry.name()));
        };
    out.buffer().put(new byte[TarHeader.padding(entry.size())]);
    if (!(entry.content() instanceof Content.InBlocks)) {
      tell(entry.size(), entry.name());
    }
    endWhenFull();
    return added;
  }

  private Content.InBlocks addBlocks(Content.InBlocks content, EntryName name) throws IOException {
    Blocks blocks = content.blocks();
    MessageDigest digest = content.sha256() == null ? Hashing.sha256() : null;
    out.endMember(true);
    for (int i = 0; i < blocks.count(); i++) {
      int length = blocks.length(i);
      if (blocks.isZeros(i)) {
        out.putMember(zeros);
        if (digest != null) {
          digest.update(new byte[length]);
        }
      } else if (blocks.isRaw(i)) {
        readRaw(blocks.position(i), length);
        if (digest != null) {
          digest.update(out.buffer().duplicate().flip());
        }
        out.endMember(true);
      } else {
        long position = blocks.position(i);
        out.copyMember(store.members(), position, blocks.memberLength(i));
        if (digest != null) {
          digest.update(store.inflated(position, blocks.memberLength(i), length));
        }
      }
      tell(length, name);
    }
    return digest == null ? content : new Content.InBlocks(blocks, Hashing.finish(digest));
  }

  private void readRaw(long position, int length) throws IOException {
    ByteBuffer buffer = out.buffer();
    int limit = buffer.limit();
    store.raw().read(position, buffer.limit(buffer.position() + length));
    buffer.limit(limit);
  }

  private byte[] inflated(int chunk) throws IOException {
    if (chunk != inflatedChunk) {
      inflated =
          store.inflated(
              store.chunks().position(chunk),
              store.chunks().memberLength(chunk),
              store.chunks().length(chunk));
      inflatedChunk = chunk;
    }
    return inflated;
  }

  private void endWhenFull() throws IOException {
    if (out.buffer().position() >= GzipPool.BLOCK) {
      out.endMember(true);
    }
  }

  private void tell(long count, EntryName name) {
    bytes += count;
    progress.at(bytes, name);
  }

  private static ByteBuffer memberOfZeros(Supplier<GzipEncoder> encoder) {
    ByteBuffer block = ByteBuffer.allocateDirect(GzipPool.BLOCK);
    ByteBuffer member = ByteBuffer.allocateDirect(GzipEncoder.bound(GzipPool.BLOCK));
    try (GzipEncoder one = encoder.get()) {
      one.encode(block, member);
    }
    return member;
  }
}
