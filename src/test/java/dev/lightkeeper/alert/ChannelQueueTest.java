package dev.lightkeeper.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.alert.ChannelQueue.Batch;
import dev.lightkeeper.alert.ChannelQueue.Saved;
import dev.lightkeeper.alert.Notice.Change;
import dev.lightkeeper.alert.Notice.Event;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.Urgency;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What one channel is told, and when. */
class ChannelQueueTest {
  private static final Instant T0 = Instant.parse("2026-11-24T10:00:00Z");
  private static final int PER_HOUR = 2;

  private final ChannelQueue queue = new ChannelQueue(route(null), Saved.EMPTY);

  @Test
  void a_notice_is_due_at_once_and_then_no_more() {
    queue.accept(raised("torn", T0));
    Batch batch = queue.next(T0).orElseThrow();
    queue.delivered(batch, T0);

    assertThat(batch.notice().event()).isEqualTo(Event.RAISED);
    assertThat(queue.next(T0)).isEmpty();
  }

  @Test
  void what_is_less_urgent_than_asked_for_is_not_told() {
    queue.accept(raised("clock", T0));
    assertThat(queue.next(T0)).isEmpty();
  }

  @Test
  void what_failed_is_tried_again_after_growing_pauses_for_a_day_and_then_dropped() {
    queue.accept(raised("torn", T0));
    List<Duration> tries = new ArrayList<>();
    for (Instant now = T0; now.isBefore(T0.plus(Duration.ofHours(30))); now = now.plusSeconds(1)) {
      if (queue.next(now).isPresent()) {
        tries.add(Duration.between(T0, now));
        queue.failed("away", now);
      }
    }
    assertThat(tries)
        .startsWith(
            Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(70));
    assertThat(tries.getLast()).isBetween(Duration.ofHours(23).plusMinutes(50), Duration.ofDays(1));
    assertThat(queue.saved().pending()).isEmpty();
  }

  @Test
  void only_a_new_failure_is_news() {
    queue.accept(raised("torn", T0));
    assertThat(queue.failed("away", T0)).isTrue();
    assertThat(queue.failed("away", T0.plusSeconds(60))).isFalse();
    assertThat(queue.failed("refused", T0.plusSeconds(120))).isTrue();
  }

  @Test
  void one_alert_that_comes_and_goes_is_told_so_often_an_hour_and_then_summed_up() {
    for (int i = 0; i < 3; i++) {
      tell(raised("torn", T0.plusSeconds(2L * i)));
      tell(recovered("torn", T0.plusSeconds(2L * i + 1)));
    }
    assertThat(queue.saved().pending()).hasSize(4);
    assertThat(queue.next(T0.plus(Duration.ofMinutes(59)))).isEmpty();
    assertThat(ChannelQueue.due(queue.saved(), PER_HOUR)).contains(T0.plus(Duration.ofHours(1)));

    Batch summary = queue.next(T0.plus(Duration.ofHours(1))).orElseThrow();
    assertThat(summary.notice().event()).isEqualTo(Event.SUMMARY);
    assertThat(summary.notice().alerts()).hasSize(4);
    assertThat(summary.notice().text()).endsWith("No alert is open.");
  }

  @Test
  void another_alert_is_not_held_up_by_one_that_came_too_often() {
    for (int i = 0; i < 5; i++) {
      tell(raised("torn", T0));
    }
    queue.accept(raised("host-key", T0));
    assertThat(queue.next(T0).orElseThrow().notice().alerts().getFirst().alert().kind())
        .isEqualTo("host-key");
  }

  @Test
  void many_at_once_are_one_message_with_the_highest_urgency() {
    for (String kind : List.of("torn", "spool", "host-key", "backup-failed")) {
      queue.accept(raised(kind, T0));
    }
    Batch batch = queue.next(T0).orElseThrow();
    queue.delivered(batch, T0);

    assertThat(batch.notice().event()).isEqualTo(Event.SUMMARY);
    assertThat(batch.notice().urgency()).isEqualTo(Urgency.CRITICAL);
    assertThat(batch.notice().text()).contains("torn", "spool", "host-key", "backup-failed");
    assertThat(queue.next(T0)).isEmpty();
  }

  @Test
  void it_keeps_a_hundred_and_says_how_many_it_could_not() {
    for (int i = 0; i < 130; i++) {
      queue.accept(raised("torn", T0.plusMillis(i)));
    }
    assertThat(queue.saved().pending()).hasSize(100);
    assertThat(queue.next(T0.plusSeconds(1)).orElseThrow().notice().text())
        .contains("30 older ones could not be kept");
  }

  @Test
  void a_restart_forgets_nothing() {
    queue.accept(raised("torn", T0));
    queue.failed("away", T0);
    ChannelQueue after = new ChannelQueue(route(null), queue.saved());

    assertThat(after.next(T0.plusSeconds(9))).isEmpty();
    assertThat(after.next(T0.plusSeconds(10))).isPresent();
  }

  @Test
  void a_clock_that_was_set_back_keeps_nothing_waiting() {
    queue.accept(raised("torn", T0));
    queue.failed("away", T0.plus(Duration.ofDays(400)));
    assertThat(queue.next(T0.plusSeconds(1))).isPresent();
  }

  @Test
  void of_the_daemons_pings_only_the_last_is_sent() {
    ChannelQueue pings = new ChannelQueue(route(Route.WATCH), Saved.EMPTY);
    pings.accept(raised("torn", T0));
    pings.accept(Notice.alive(T0.plusSeconds(60), "host", List.of()));

    Batch batch = pings.next(T0.plusSeconds(60)).orElseThrow();
    pings.delivered(batch, T0.plusSeconds(60));
    assertThat(batch.notice().event()).isEqualTo(Event.ALIVE);
    assertThat(pings.next(T0.plusSeconds(60))).isEqualTo(Optional.empty());
  }

  @Test
  void a_check_of_backups_hears_of_backups_alone() {
    ChannelQueue pings = new ChannelQueue(route("backup"), Saved.EMPTY);
    pings.accept(raised("torn", T0));
    pings.accept(Notice.alive(T0, "host", List.of()));
    pings.accept(Notice.run(T0, "host", Event.FAILED, "drill", ""));
    assertThat(pings.next(T0)).isEmpty();

    pings.accept(Notice.run(T0, "host", Event.STARTED, "backup", ""));
    pings.accept(Notice.run(T0, "host", Event.SUCCEEDED, "backup", "done"));
    assertThat(pings.next(T0).orElseThrow().notice().event())
        .as("a start that comes late would only confuse")
        .isEqualTo(Event.SUCCEEDED);
  }

  private void tell(Notice notice) {
    queue.accept(notice);
    queue.next(notice.at()).ifPresent(b -> queue.delivered(b, notice.at()));
  }

  private static Route route(@org.jspecify.annotations.Nullable String pings) {
    return new Route("ops", _ -> {}, Urgency.WARNING, PER_HOUR, pings);
  }

  private static Notice raised(String kind, Instant at) {
    OpenAlert alert = new OpenAlert(kind, null, "offsite", at, "something of " + kind);
    return Notice.of(new Change(Event.RAISED, at, alert), "host", List.of(alert));
  }

  private static Notice recovered(String kind, Instant at) {
    OpenAlert alert = new OpenAlert(kind, null, "offsite", at, "something of " + kind);
    return Notice.of(new Change(Event.RECOVERED, at, alert), "host", List.of());
  }
}
