package dev.lightkeeper.archive;

import java.nio.ByteBuffer;

/**
 * Compresses what is worth it and stores the rest: what is encrypted or compressed already takes
 * longest of all and gets no smaller. Which it is shows in a sample: some bytes out of every part
 * of the input, compressed quickly.
 */
final class SparingGzip implements GzipEncoder {
  private static final int PIECE = 1 << 12;
  private static final int EVERY = 1 << 16;

  /** Shorter input is compressed in an instant. */
  private static final int WORTH_A_SAMPLE = 2 * EVERY;

  /** Of a hundred bytes, how many may be left for it to be worth it. */
  private static final int WORTH_IT = 97;

  private final GzipEncoder thorough;
  private final GzipEncoder quick;
  private final GzipEncoder stored;
  private final ByteBuffer sample = ByteBuffer.allocateDirect(PIECE * (GzipPool.BUFFER / EVERY));
  private final ByteBuffer tried = ByteBuffer.allocateDirect(GzipEncoder.bound(sample.capacity()));

  /** Takes over the three encoders. */
  SparingGzip(GzipEncoder thorough, GzipEncoder quick, GzipEncoder stored) {
    this.thorough = thorough;
    this.quick = quick;
    this.stored = stored;
  }

  @Override
  public void encode(ByteBuffer input, ByteBuffer output) {
    boolean all = input.remaining() < WORTH_A_SAMPLE || shrinks(input);
    (all ? thorough : stored).encode(input, output);
  }

  private boolean shrinks(ByteBuffer input) {
    sample.clear();
    for (int at = input.position();
        at <= input.limit() - EVERY && sample.remaining() >= PIECE;
        at += EVERY) {
      sample.put(input.duplicate().position(at).limit(at + PIECE));
    }
    int size = sample.flip().remaining();
    quick.encode(sample, tried);
    return 100L * tried.remaining() < (long) WORTH_IT * size;
  }

  @Override
  public void close() {
    thorough.close();
    quick.close();
    stored.close();
  }
}
