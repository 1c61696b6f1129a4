package dev.lightkeeper.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTest {
  private final FakeClock clock = new FakeClock();

  private static final class FakeClock implements RateLimit.Clock {
    private long nanos = 1_000;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void sleep(Duration time) {
      nanos += time.toNanos();
    }

    Duration since(long start) {
      return Duration.ofNanos(nanos - start);
    }
  }

  @ParameterizedTest
  @CsvSource({"1000000, 1000", "16384, 4096", "2097152, 261120", "50000000, 32768"})
  void the_rate_holds_over_time(long rate, int piece) throws Exception {
    RateLimit limit = new RateLimit(rate, clock);
    long start = clock.nanos();
    long moved = 0;
    while (clock.since(start).toSeconds() < 60) {
      limit.acquire(piece);
      moved += piece;
    }
    double seconds = clock.since(start).toNanos() / 1e9;
    assertThat(moved)
        .isBetween(
            (long) (rate * (seconds - 0.1)) - piece, (long) (rate * (seconds + 0.3)) + piece);
  }

  @Test
  void what_was_not_used_is_not_saved_up() throws Exception {
    RateLimit limit = new RateLimit(1_000, clock);
    clock.sleep(Duration.ofHours(1));
    long start = clock.nanos();
    limit.acquire(1_250);
    limit.acquire(1_000);
    assertThat(clock.since(start)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void no_limit_never_waits() throws Exception {
    RateLimit limit = new RateLimit(Long.MAX_VALUE, clock);
    long start = clock.nanos();
    for (int i = 0; i < 1_000; i++) {
      limit.acquire(1 << 30);
    }
    assertThat(clock.since(start)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"16384, 4096", "800000, 100000", "9223372036854775807, 261120"})
  void a_slow_line_is_given_small_portions(long rate, int portion) {
    assertThat(new RateLimit(rate, clock).portion(261_120)).isEqualTo(portion);
  }
}
