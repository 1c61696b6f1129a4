package dev.lightkeeper.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.alert.Notice.Event;
import dev.lightkeeper.health.Alert.Kind;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of open alerts, across restarts. */
class AnnouncerTest {
  private static final List<Kind> ALL = List.of(Kind.values());
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  @TempDir Path state;
  private Instant now = Instant.parse("2026-11-24T10:00:00Z");

  @Test
  void an_alert_is_told_once_when_it_begins_and_once_when_it_is_over() throws Exception {
    Announcer announcer = start();
    announcer.update(ALL, List.of(torn()));
    announcer.update(ALL, List.of(torn()));
    announcer.update(ALL, List.of());
    announcer.update(ALL, List.of());

    assertThat(told()).containsExactly(Event.RAISED, Event.RECOVERED);
  }

  @Test
  void a_restart_tells_nothing_twice() throws Exception {
    start().update(ALL, List.of(torn()));
    Announcer again = start();
    again.update(ALL, List.of());
    now = now.plusSeconds(30);
    again.update(ALL, List.of(torn()));

    assertThat(told()).containsExactly(Event.RAISED);
  }

  @Test
  void what_was_over_during_a_restart_is_told_after_a_while() throws Exception {
    start().update(ALL, List.of(torn()));
    Announcer again = start();
    again.update(ALL, List.of());
    now = now.plus(PATIENCE);
    again.update(ALL, List.of());

    assertThat(told()).containsExactly(Event.RAISED, Event.RECOVERED);
  }

  @Test
  void a_process_that_knows_of_backups_alone_ends_no_other_alert() throws Exception {
    start().update(ALL, List.of(torn()));
    new Announcer(new AlertFolder(state), "host", () -> now, Duration.ZERO)
        .update(Set.of(Kind.BACKUP_FAILED), List.of());

    assertThat(told()).containsExactly(Event.RAISED);
  }

  @Test
  void a_damaged_memory_is_begun_anew() throws Exception {
    start().update(ALL, List.of(torn()));
    Files.writeString(state.resolve("alerts/announced.json"), "{\"announced\": [");
    start().update(ALL, List.of(torn()));

    assertThat(told()).containsExactly(Event.RAISED, Event.RAISED);
  }

  private Announcer start() throws IOException {
    return new Announcer(new AlertFolder(state), "host", () -> now, PATIENCE);
  }

  private OpenAlert torn() {
    return new OpenAlert(Kind.TORN.id(), "alice", "offsite", now, "not what was sent");
  }

  private List<Event> told() throws IOException {
    AlertFolder folder = new AlertFolder(state);
    List<Notice> notices = new ArrayList<>();
    for (Path post : folder.posts()) {
      folder.open(post).ifPresent(notices::add);
    }
    return notices.stream().map(Notice::event).sorted().toList();
  }
}
