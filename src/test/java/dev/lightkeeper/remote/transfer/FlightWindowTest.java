package dev.lightkeeper.remote.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FlightWindowTest {
  private static final int MOST = 2 << 20;
  private static final Duration RTT = Duration.ofMillis(100);

  private final FlightWindow window = new FlightWindow(RTT, MOST);

  @Test
  void it_opens_while_answers_come_as_on_an_idle_line() {
    rounds(10, Duration.ofMillis(110));
    assertThat(room()).isGreaterThan(MOST - (64 << 10)).isLessThanOrEqualTo(MOST);
    assertThat(window.heldByRoundTrip()).isTrue();
  }

  @Test
  void it_closes_when_answers_queue_so_that_keepalives_get_through() {
    rounds(10, Duration.ofMillis(110));
    rounds(10, Duration.ofSeconds(4));
    assertThat(room()).isLessThanOrEqualTo(128 << 10);
    assertThat(window.heldByRoundTrip()).isFalse();
  }

  @Test
  void another_connection_does_not_help_where_the_line_itself_is_full() {
    rounds(10, Duration.ofMillis(450));
    assertThat(window.heldByRoundTrip()).isFalse();
  }

  @Test
  void a_near_server_is_not_held_by_the_round_trip() {
    FlightWindow near = new FlightWindow(Duration.ofMillis(1), MOST);
    for (int i = 0; i < 1_000; i++) {
      assertThat(near.tryTake(32 << 10)).isTrue();
      near.answered(32 << 10, Duration.ofMillis(1));
    }
    assertThat(near.heldByRoundTrip()).isFalse();
  }

  @Test
  void one_request_may_always_be_on_its_way() {
    assertThat(window.tryTake(100 << 20)).isTrue();
    assertThat(window.tryTake(1)).isFalse();
  }

  private void rounds(int count, Duration latency) {
    for (int i = 0; i < count; i++) {
      int chunks = 0;
      while (window.tryTake(32 << 10)) {
        chunks++;
      }
      for (; chunks > 0; chunks--) {
        window.answered(32 << 10, latency);
      }
    }
  }

  private int room() {
    int bytes = 0;
    while (window.tryTake(16 << 10)) {
      bytes += 16 << 10;
    }
    return bytes;
  }
}
