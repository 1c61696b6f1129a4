package dev.lightkeeper.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** The JDK's own zlib. */
final class JdkGzip implements GzipEncoder {
  /** Deflate, no flags, no time, any system. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final Deflater deflater;
  private final CRC32 crc = new CRC32();

  JdkGzip(int level) {
    this.deflater = new Deflater(level, true);
  }

  @Override
  public void encode(ByteBuffer input, ByteBuffer output) {
    output.clear().order(ByteOrder.LITTLE_ENDIAN).put(HEADER);
    int length = input.remaining();
    crc.reset();
    crc.update(input.duplicate());
    deflater.reset();
    deflater.setInput(input);
    deflater.finish();
    while (!deflater.finished()) {
      if (deflater.deflate(output) == 0 && !output.hasRemaining()) {
        throw new IllegalStateException("the buffer for a compressed member is too small");
      }
    }
    output.putInt((int) crc.getValue()).putInt(length).flip();
  }

  @Override
  public void close() {
    deflater.end();
  }
}
