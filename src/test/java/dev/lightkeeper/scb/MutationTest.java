package dev.lightkeeper.scb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.testing.SealedLnd;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A million files changed by chance: none that is changed opens, and nothing authentic, however it
 * is laid out, makes the readers fail or hang.
 */
@Timeout(300)
class MutationTest {
  private static final int SEALED = 500_000;
  private static final int PLAIN = 250_000;
  private static final long SEED = 20_261_124;

  @Test
  void no_changed_file_of_lnd_opens() {
    BackupKey key = BackupKey.of(SealedLnd.key());
    noneOpens(SealedLnd.channels(1, 2), f -> LndBackup.open(f, key));
  }

  @Test
  void no_changed_file_of_core_lightning_opens() throws Exception {
    BackupKey key = ScbFixtures.clnKey("scb-secret.json");
    noneOpens(ScbFixtures.cln("001.emergency.recover"), f -> ClnBackup.open(f, key));
  }

  private static void noneOpens(byte[] good, Function<byte[], Opening> open) {
    assertThat(open.apply(good)).isInstanceOf(Opening.Opened.class);
    Mutations mutations = new Mutations(SEED, good);
    for (int i = 0; i < SEALED; i++) {
      byte[] changed = mutations.next();
      Opening opening = open.apply(changed);
      if (!(opening instanceof Opening.NotOpened) && !Arrays.equals(changed, good)) {
        throw new AssertionError(
            "change %d opens: %s".formatted(i, HexFormat.of().formatHex(changed)));
      }
    }
  }

  @Test
  void whatever_an_authentic_file_of_lnd_holds_it_is_read_without_a_failure() {
    byte[] plain =
        SealedLnd.plain(
            0,
            3,
            List.of(SealedLnd.single(4, 1), SealedLnd.single(0x85, 2), SealedLnd.single(9, 3)));
    allAreRead(plain, LndBackup::read);
  }

  @Test
  void whatever_an_authentic_file_of_core_lightning_holds_it_is_read_without_a_failure()
      throws Exception {
    byte[] plain =
        Objects.requireNonNull(
            SecretStream.open(
                ScbFixtures.cln("001.emergency.recover"),
                ScbFixtures.clnKey("scb-secret.json").bytes()));
    allAreRead(plain, ClnBackup::read);
  }

  private static void allAreRead(byte[] plain, Function<byte[], Opening.Opened> read) {
    Mutations mutations = new Mutations(SEED, plain);
    for (int i = 0; i < PLAIN; i++) {
      byte[] changed = mutations.next();
      Opening.Opened opened = read.apply(changed);
      // An entry takes at least three bytes, a channel that is described more than a hundred.
      if (opened.undescribed() > 65_536 || opened.channels().size() > changed.length / 100) {
        throw new AssertionError("change %d: %s".formatted(i, HexFormat.of().formatHex(changed)));
      }
    }
  }

  /** Bits flipped, bytes set, pieces cut out, doubled, moved, appended; lengths set to extremes. */
  private static final class Mutations {
    private static final int[] EXTREMES = {0, 1, 0x7f, 0x80, 0xff};

    private final SplittableRandom random;
    private final byte[] good;

    Mutations(long seed, byte[] good) {
      this.random = new SplittableRandom(seed);
      this.good = good;
    }

    byte[] next() {
      byte[] bytes = good.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes = change(bytes);
      }
      return bytes;
    }

    private byte[] change(byte[] from) {
      if (from.length == 0) {
        return new byte[random.nextInt(64)];
      }
      byte[] bytes = from.clone();
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> {
          for (int i = at; i < Math.min(bytes.length, at + 1 + random.nextInt(4)); i++) {
            bytes[i] = (byte) EXTREMES[random.nextInt(EXTREMES.length)];
          }
        }
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(100));
        case 5 -> bytes = Arrays.copyOfRange(bytes, at, bytes.length);
        default -> {
          int to = random.nextInt(bytes.length);
          int length = random.nextInt(bytes.length - Math.max(at, to)) + 1;
          System.arraycopy(from, at, bytes, to, length);
        }
      }
      return bytes;
    }
  }
}
