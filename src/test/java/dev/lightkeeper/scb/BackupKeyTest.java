package dev.lightkeeper.scb;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.SealedLnd;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class BackupKeyTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @Test
  void it_is_taken_from_hexadecimal_digits_raw_bytes_and_the_answer_of_makesecret() {
    BackupKey key = BackupKey.parse(HEX.getBytes(US_ASCII)).orElseThrow();

    assertThat(BackupKey.parse((HEX.toUpperCase(Locale.ROOT) + "\r\n").getBytes(US_ASCII)))
        .contains(key);
    assertThat(BackupKey.parse(key.bytes())).contains(key);
    assertThat(BackupKey.parse(("{\n \"secret\": \"" + HEX + "\"\n}").getBytes(US_ASCII)))
        .contains(key);
    assertThat(BackupKey.parse(key.forFile())).contains(key);
  }

  @Test
  void of_lnd_the_public_key_is_enough() {
    assertThat(BackupKey.parse(SealedLnd.PUBLIC_KEY.getBytes(US_ASCII)))
        .contains(BackupKey.of(SealedLnd.key()));
  }

  @Test
  void anything_else_is_no_key() {
    assertThat(BackupKey.parse(new byte[0])).isEmpty();
    assertThat(BackupKey.parse(HEX.substring(1).getBytes(US_ASCII))).isEmpty();
    assertThat(BackupKey.parse(new byte[1 << 20])).isEmpty();
    assertThat(BackupKey.parse(("04" + HEX).getBytes(US_ASCII))).isEmpty();
  }

  @Test
  void it_is_never_printed() {
    assertThat(BackupKey.parse(HEX.getBytes(US_ASCII)).orElseThrow().toString())
        .doesNotContain("0123");
  }
}
