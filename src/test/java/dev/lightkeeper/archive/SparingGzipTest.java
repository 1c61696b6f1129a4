package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is compressed, and what is stored as it is. */
class SparingGzipTest {
  private static final int SIZE = 1 << 20;

  private final Random random = new Random(3);

  @Test
  void random_bytes_are_stored() {
    byte[] noise = noise(SIZE);

    ByteBuffer member = encoded(noise);

    // A header of ten bytes, then deflate's first block: not compressed.
    assertThat(member.get(10) >> 1 & 3).isZero();
    assertThat(member.remaining()).isBetween(SIZE, GzipEncoder.bound(SIZE));
  }

  @Test
  void text_is_compressed() {
    byte[] text = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      text[i] = (byte) ('a' + random.nextInt(16));
    }

    assertThat(encoded(text).remaining()).isLessThan(SIZE * 6 / 10);
  }

  @Test
  void a_tenth_of_something_else_among_random_bytes_is_found() {
    byte[] mixed = noise(SIZE);
    Arrays.fill(mixed, SIZE / 2, SIZE / 2 + SIZE / 10, (byte) 'x');

    assertThat(encoded(mixed).remaining()).isLessThan(SIZE * 92 / 100);
  }

  @Test
  void short_input_is_compressed_whatever_it_looks_like() {
    byte[] few = noise(100_000);
    System.arraycopy(few, 0, few, 30_000, 30_000); // nothing that a sample would show

    assertThat(encoded(few).remaining()).isLessThan(75_000);
  }

  private byte[] noise(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private static ByteBuffer encoded(byte[] content) {
    ByteBuffer output = ByteBuffer.allocateDirect(GzipEncoder.bound(SIZE));
    try (GzipEncoder encoder = new SparingGzip(new JdkGzip(6), new JdkGzip(1), new JdkGzip(0))) {
      encoder.encode(ByteBuffer.allocateDirect(content.length).put(content).flip(), output);
    }
    return output;
  }
}
