package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.node.Sha256;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.operator.PGPDigestCalculator;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.Test;

/** A digest that is given pieces of all sizes is that of all of them. */
class GatheringDigestTest {
  private final Random random = new Random(7);

  @Test
  void pieces_of_any_length_make_the_hash_of_the_whole() throws Exception {
    PGPDigestCalculator digest = sha256();
    byte[] whole = new byte[200_000];
    random.nextBytes(whole);

    for (int at = 0; at < whole.length; ) {
      int length = Math.min(whole.length - at, random.nextInt(random.nextInt(40_000) + 1));
      digest.getOutputStream().write(whole, at, length);
      at += length;
      if (at < whole.length) {
        digest.getOutputStream().write(whole[at++]);
      }
    }

    assertThat(HexFormat.of().formatHex(digest.getDigest())).isEqualTo(hash(whole));
  }

  @Test
  void after_a_reset_nothing_is_left_of_what_came_before() throws Exception {
    PGPDigestCalculator digest = sha256();
    digest.getOutputStream().write(new byte[30_000]);

    digest.reset();
    digest.getOutputStream().write(new byte[] {1, 2, 3});

    assertThat(HexFormat.of().formatHex(digest.getDigest())).isEqualTo(hash(new byte[] {1, 2, 3}));
  }

  private static PGPDigestCalculator sha256() throws Exception {
    return GatheringDigest.of(
        HashAlgorithmTags.SHA256,
        new JcaPGPDigestCalculatorProviderBuilder().setProvider("SUN").build());
  }

  private static String hash(byte[] bytes) {
    return Sha256.of(bytes).hex();
  }
}
