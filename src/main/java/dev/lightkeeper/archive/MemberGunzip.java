package dev.lightkeeper.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a gzip file of any number of members holds (RFC 1952). Members as small as ours go through
 * libdeflate, where the system has it; from the first that does not, all goes through
 * commons-compress, which is also to say what is wrong. For one thread.
 */
final class MemberGunzip extends InputStream {
  /** No member of ours is longer, nor what is in it. */
  private static final int LONGEST = GzipEncoder.bound(GzipPool.BUFFER);

  /** Where a member's header says which system made it: RFC 1952, 2.3. */
  private static final int SYSTEM = 9;

  private static final byte UNKNOWN_SYSTEM = (byte) 0xff;

  private final InputStream packed;
  private final byte[] part = new byte[1 << 16];
  private final Arena arena = Arena.ofShared();
  private final MemorySegment input = arena.allocate(2L * LONGEST);
  private final MemorySegment output = arena.allocate(GzipPool.BUFFER);
  private final @Nullable LibdeflateInflater inflater;
  private final boolean perhapsOurs;
  private @Nullable InputStream slow;
  private long begin;
  private long end;
  private boolean ended;
  private long at;
  private long limit;

  /** Reads the beginning of {@code packed}, and closes nothing. */
  MemberGunzip(InputStream packed, @Nullable Libdeflate library) throws IOException {
    this.packed = packed;
    this.inflater = library == null ? null : new LibdeflateInflater(library, arena);
    boolean done = false;
    try {
      fill();
      this.perhapsOurs = end > SYSTEM && input.get(ValueLayout.JAVA_BYTE, SYSTEM) == UNKNOWN_SYSTEM;
      if (inflater == null || !perhapsOurs) {
        slow = slow();
      }
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /** Whether this program may have made it, by what its first member says. */
  boolean isPerhapsOurs() {
    return perhapsOurs;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    while (slow == null && at == limit) {
      fill();
      if (begin == end) {
        return -1;
      }
      next();
    }
    if (at == limit && slow != null) {
      return slow.read(into, offset, length);
    }
    int count = (int) Math.min(length, limit - at);
    MemorySegment.copy(output, ValueLayout.JAVA_BYTE, at, into, offset, count);
    at += count;
    return count;
  }

  private void next() throws IOException {
    LibdeflateInflater.Member member =
        Objects.requireNonNull(inflater, "a library")
            .inflate(input.asSlice(begin, end - begin), output);
    if (member == null) {
      slow = slow();
      return;
    }
    begin += member.packed();
    at = 0;
    limit = member.length();
  }

  /** Sees to it that the next member is there as a whole, if it is as small as ours. */
  private void fill() throws IOException {
    if (end - begin >= LONGEST || ended) {
      return;
    }
    MemorySegment.copy(input, begin, input, 0, end - begin);
    end -= begin;
    begin = 0;
    while (end < input.byteSize()) {
      int count = packed.read(part, 0, (int) Math.min(part.length, input.byteSize() - end));
      if (count < 0) {
        ended = true;
        return;
      }
      MemorySegment.copy(part, 0, input, ValueLayout.JAVA_BYTE, end, count);
      end += count;
    }
  }

  private InputStream slow() throws IOException {
    byte[] begun = input.asSlice(begin, end - begin).toArray(ValueLayout.JAVA_BYTE);
    return GzipCompressorInputStream.builder()
        .setInputStream(new SequenceInputStream(new ByteArrayInputStream(begun), packed))
        .setDecompressConcatenated(true)
        .setBufferSize(1 << 16)
        .get();
  }

  /** Frees its memory; what it reads stays open. */
  @Override
  public void close() {
    if (inflater != null) {
      inflater.close();
    }
    arena.close();
  }
}
