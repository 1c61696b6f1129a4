package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in a gzip file, with libdeflate and without. */
class MemberGunzipTest {
  private static final int[] SIZES = {0, 1, 100, 65_536, GzipPool.BLOCK, GzipPool.BUFFER, 7};

  private final ByteArrayOutputStream content = new ByteArrayOutputStream();
  private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
  private final Random random = new Random(5);

  @ParameterizedTest(name = "with libdeflate: {0}")
  @ValueSource(booleans = {true, false})
  void an_archive_of_ours_is_read_whole(boolean libdeflate) throws Exception {
    ours(3);

    assertThat(read(libdeflate)).isEqualTo(content.toByteArray());
    assertThat(isPerhapsOurs()).isTrue();
  }

  @ParameterizedTest(name = "with libdeflate: {0}")
  @ValueSource(booleans = {true, false})
  void a_member_longer_than_ours_are_is_read_after_some_of_ours(boolean libdeflate)
      throws Exception {
    ours(1);
    byte[] longer = some(3 * GzipPool.BUFFER);
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(longer);
    }
    content.write(longer);
    ours(1);

    assertThat(read(libdeflate)).isEqualTo(content.toByteArray());
  }

  @ParameterizedTest(name = "with libdeflate: {0}")
  @ValueSource(booleans = {true, false})
  void an_archive_cut_short_anywhere_is_found_out(boolean libdeflate) throws Exception {
    ours(1);
    byte[] whole = packed.toByteArray();
    int last = whole.length - member(some(7)).length;
    for (int length : new int[] {5, whole.length / 2, last + 3, whole.length - 1}) {
      packed.reset();
      packed.write(whole, 0, length);

      assertThatThrownBy(() -> read(libdeflate))
          .as("%d bytes of %d", length, whole.length)
          .isInstanceOf(EOFException.class);
    }
  }

  @ParameterizedTest(name = "with libdeflate: {0}")
  @ValueSource(booleans = {true, false})
  void a_flipped_bit_anywhere_is_found_out(boolean libdeflate) throws Exception {
    ours(1);
    byte[] whole = packed.toByteArray();
    // Not those of a header that say when and where it was made.
    for (int i = 0; i < 100; i++) {
      int at = 20 + random.nextInt(whole.length - 20);
      whole[at] ^= 0x10;
      packed.reset();
      packed.write(whole);
      byte[] read = null;
      try {
        read = read(libdeflate);
      } catch (IOException found) {
        assertThat(found).hasMessageNotContaining("libdeflate");
      }
      // In the header of a member a bit may go unseen: what is in it is the same.
      assertThat(read)
          .satisfiesAnyOf(
              none -> assertThat(none).isNull(),
              same -> assertThat(same).isEqualTo(content.toByteArray()));
      whole[at] ^= 0x10;
    }
  }

  @Test
  void what_follows_the_last_member_is_found_out() throws Exception {
    ours(1);
    packed.write("and more".getBytes(StandardCharsets.US_ASCII));

    assertThatThrownBy(() -> read(true)).isInstanceOf(IOException.class);
  }

  @Test
  void an_archive_of_gzip_itself_is_not_taken_for_ours() throws Exception {
    byte[] member = member(some(1000));
    member[9] = 3; // Unix, as gzip says
    packed.write(member);

    assertThat(isPerhapsOurs()).isFalse();
    assertThat(read(true)).hasSize(1000);
  }

  private byte[] read(boolean libdeflate) throws IOException {
    try (MemberGunzip gunzip =
        new MemberGunzip(
            new ByteArrayInputStream(packed.toByteArray()), libdeflate ? library() : null)) {
      return gunzip.readAllBytes();
    }
  }

  private boolean isPerhapsOurs() throws IOException {
    try (MemberGunzip gunzip =
        new MemberGunzip(new ByteArrayInputStream(packed.toByteArray()), null)) {
      return gunzip.isPerhapsOurs();
    }
  }

  private static Libdeflate library() {
    return Objects.requireNonNull(Libdeflate.find(), "libdeflate0 is not installed");
  }

  /** Members of all {@link #SIZES}, as often as is said. */
  private void ours(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      for (int size : SIZES) {
        byte[] some = some(size);
        content.write(some);
        packed.write(member(some));
      }
    }
  }

  private byte[] some(int size) {
    byte[] some = new byte[size];
    random.nextBytes(some);
    Arrays.fill(some, 0, size / 2, (byte) 'a');
    return some;
  }

  private static byte[] member(byte[] content) {
    ByteBuffer output = ByteBuffer.allocateDirect(GzipEncoder.bound(GzipPool.BUFFER));
    try (GzipEncoder encoder =
        new LibdeflateGzip(LibdeflateGzip.Calls.of(library()), LibdeflateGzip.AS_SMALL_AS_GZIP)) {
      encoder.encode(ByteBuffer.allocateDirect(content.length).put(content).flip(), output);
    }
    byte[] member = new byte[output.remaining()];
    output.get(member);
    return member;
  }
}
