package dev.lightkeeper.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertBookTest {
  private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");

  private final Logger logger = Logger.getLogger(AlertBook.class.getName());
  private final Recorder log = new Recorder();
  private Instant now = START;
  private final AlertBook book = new AlertBook(() -> now);

  @BeforeEach
  void listen() {
    logger.addHandler(log);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(log);
  }

  @Test
  void an_alert_is_open_from_when_it_was_first_raised() {
    book.raise(refused("first"));
    now = START.plusSeconds(60);
    book.raise(refused("second"));

    assertThat(book.open())
        .containsExactly(new OpenAlert("remote-failing", null, "offsite", START, "second"));
  }

  @Test
  void it_is_logged_as_an_error_once_although_it_is_raised_again_and_again() {
    for (int i = 0; i < 100; i++) {
      book.raise(refused("no answer"));
      now = now.plusSeconds(30);
    }

    assertThat(log.lines).containsExactly("SEVERE remote-failing remote offsite: no answer");
  }

  @Test
  void it_is_logged_again_after_an_hour() {
    book.raise(refused("no answer"));
    now = START.plus(Duration.ofHours(1));
    book.raise(refused("no answer"));
    now = now.plus(Duration.ofMinutes(59));
    book.raise(refused("no answer"));

    assertThat(log.lines)
        .containsExactly(
            "SEVERE remote-failing remote offsite: no answer",
            "SEVERE still remote-failing remote offsite: no answer");
  }

  @Test
  void its_end_is_logged_once_and_it_is_open_no_more() {
    Alert alert = refused("no answer");
    book.raise(alert);
    log.lines.clear();
    book.clear(alert.key());
    book.clear(alert.key());

    assertThat(book.open()).isEmpty();
    assertThat(log.lines)
        .singleElement()
        .asString()
        .startsWith("WARNING recovered: remote-failing remote offsite");
  }

  @Test
  void the_same_kind_for_another_node_is_another_alert() {
    book.raise(new Alert(Alert.Kind.VANISHED, "alice", null, "gone"));
    book.raise(new Alert(Alert.Kind.VANISHED, "bob", null, "gone"));
    book.clear(new Alert(Alert.Kind.VANISHED, "alice", null, "").key());

    assertThat(book.open()).extracting(OpenAlert::node).containsExactly("bob");
  }

  @Test
  void the_most_urgent_alert_comes_first() {
    book.raise(new Alert(Alert.Kind.CLOCK, null, null, "went back"));
    book.raise(refused("no answer"));
    book.raise(new Alert(Alert.Kind.ANOTHER_WRITER, "alice", "offsite", "two of them"));

    assertThat(book.open())
        .extracting(OpenAlert::kind)
        .containsExactly("another-writer", "remote-failing", "clock");
  }

  private static Alert refused(String message) {
    return new Alert(Alert.Kind.REMOTE_FAILING, null, "offsite", message);
  }

  private static final class Recorder extends Handler {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
        lines.add(record.getLevel().getName() + " " + new SimpleFormatter().formatMessage(record));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
