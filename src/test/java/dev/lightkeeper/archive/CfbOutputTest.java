package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is encrypted, beside the JDK's own mode. */
class CfbOutputTest {
  private final Random random = new Random(9);

  @ParameterizedTest(name = "{0} bytes")
  @ValueSource(ints = {0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 65_552, 200_003})
  void it_is_the_cipher_feedback_of_the_jdk_however_it_is_written(int length) throws Exception {
    byte[] key = some(32);
    byte[] plain = some(length);
    ByteArrayOutputStream encrypted = new ByteArrayOutputStream();
    try (CfbOutput out = new CfbOutput(encrypted, new SecretKeySpec(key, "AES"))) {
      for (int at = 0; at < length; ) {
        int count = Math.min(length - at, 1 + random.nextInt(70_000));
        out.write(plain, at, count);
        at += count;
      }
    }
    Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));

    assertThat(encrypted.toByteArray()).isEqualTo(cipher.doFinal(plain));
    try (CfbInput in = new CfbInput(new ByteArrayInputStream(encrypted.toByteArray()), key)) {
      assertThat(in.readAllBytes()).isEqualTo(plain);
    }
  }

  private byte[] some(int length) {
    byte[] some = new byte[length];
    random.nextBytes(some);
    return some;
  }
}
