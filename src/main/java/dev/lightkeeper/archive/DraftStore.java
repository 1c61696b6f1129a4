package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The draft's files: gzip members of chunks and blocks, and what later passes read, as it is.
 *
 * @param members what the first pass compressed
 * @param raw what later passes read; compressing it has time until the services run again
 */
record DraftStore(WorkFile members, WorkFile raw, Chunks chunks) implements AutoCloseable {
  private static final int MEMBER_HEADER = 10;
  private static final int MEMBER_TRAILER = 8;

  static DraftStore in(Path folder) throws IOException {
    return new DraftStore(
        new WorkFile(folder.resolve("members")), new WorkFile(folder.resolve("raw")), new Chunks());
  }

  /** What is in a member of {@code length} bytes, {@code stored} of them compressed. */
  byte[] inflated(long position, int stored, int length) throws IOException {
    ByteBuffer member = ByteBuffer.allocate(stored);
    members.read(position, member);
    byte[] content = new byte[length];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(member.array(), MEMBER_HEADER, stored - MEMBER_HEADER - MEMBER_TRAILER);
      int count = inflater.inflate(content);
      CRC32 crc = new CRC32();
      crc.update(content, 0, count);
      int expected = Integer.reverseBytes(member.getInt(stored - MEMBER_TRAILER));
      if (count != length || (int) crc.getValue() != expected) {
        throw new IOException("the work file was changed by somebody else");
      }
    } catch (DataFormatException e) {
      throw new IOException("the work file was changed by somebody else", e);
    } finally {
      inflater.end();
    }
    return content;
  }

  @Override
  public void close() throws IOException {
    try (members;
        raw) {
      // both are closed, even if one fails
    }
  }
}
