package dev.lightkeeper.alert;

import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.health.Urgency;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing to be told. Its JSON is what webhooks and commands get: fields are only ever added.
 *
 * @param id the same however often it is tried
 * @param host the host it happened on
 * @param urgency the most urgent of what it tells
 * @param title one line
 * @param text all of it, for a person
 * @param run the run that started or ended: {@code backup} or {@code drill}
 * @param alerts what began or ended; none if it tells of a run
 * @param open every alert that was open at {@code at}
 */
public record Notice(
    int schema,
    String id,
    Instant at,
    String host,
    Event event,
    Urgency urgency,
    String title,
    String text,
    @Nullable String run,
    List<Change> alerts,
    List<OpenAlert> open) {
  /** The number of this shape. */
  public static final int SCHEMA = 1;

  public Notice {
    alerts = List.copyOf(alerts);
    open = List.copyOf(open);
  }

  /** What is told. */
  public enum Event {
    /** An alert began. */
    RAISED,
    /** An alert is over. */
    RECOVERED,
    /** Several of the two, summed up. */
    SUMMARY,
    /** Nothing happened: somebody tries whether it arrives. */
    TEST,
    /** The daemon lives. */
    ALIVE,
    /** A run began. */
    STARTED,
    /** A run ended well. */
    SUCCEEDED,
    /** A run ended badly. */
    FAILED
  }

  /**
   * An alert's beginning or end.
   *
   * @param event RAISED or RECOVERED
   */
  public record Change(Event event, Instant at, OpenAlert alert) {
    String line() {
      return event == Event.RECOVERED
          ? "recovered: " + alert.subject() + ", open since " + alert.since()
          : alert.subject() + ": " + alert.message();
    }
  }

  /** An alert began or ended. */
  static Notice of(Change change, String host, List<OpenAlert> open) {
    OpenAlert alert = change.alert();
    String title =
        change.event() == Event.RECOVERED
            ? "Recovered on %s: %s".formatted(host, alert.subject())
            : "%s on %s: %s".formatted(word(alert.urgency()), host, alert.subject());
    String text =
        change.event() == Event.RECOVERED
            ? "Over after it was open since %s. It was: %s"
                .formatted(alert.since(), alert.message())
            : alert.message();
    return notice(
        change.at(),
        host,
        change.event(),
        alert.urgency(),
        title,
        text,
        null,
        List.of(change),
        open);
  }

  /** Several notices of alerts as one, which stands for the state after the last of them. */
  static Notice summary(List<Notice> several, Instant now, long dropped) {
    Notice last = several.getLast();
    List<Change> changes = several.stream().flatMap(n -> n.alerts().stream()).toList();
    Urgency urgency =
        several.stream().map(Notice::urgency).max(Urgency::compareTo).orElse(Urgency.NOTICE);
    StringBuilder text = new StringBuilder();
    changes.forEach(c -> text.append(c.at()).append("  ").append(c.line()).append('\n'));
    if (dropped > 0) {
      text.append(dropped).append(" older ones could not be kept\n");
    }
    text.append(
        last.open().isEmpty()
            ? "No alert is open."
            : "Open now: "
                + String.join(", ", last.open().stream().map(OpenAlert::subject).toList()));
    String title =
        "%s on %s: %d changes of alerts".formatted(word(urgency), last.host(), changes.size());
    return notice(
        now,
        last.host(),
        Event.SUMMARY,
        urgency,
        title,
        text.toString(),
        null,
        changes,
        last.open());
  }

  /** The daemon lives, with these alerts open. */
  public static Notice alive(Instant now, String host, List<OpenAlert> open) {
    return notice(
        now,
        host,
        Event.ALIVE,
        Urgency.NOTICE,
        "Lightkeeper on " + host,
        "",
        null,
        List.of(),
        open);
  }

  /** Somebody tries whether {@code channel} works. */
  public static Notice test(Instant now, String host, String channel) {
    return notice(
        now,
        host,
        Event.TEST,
        Urgency.NOTICE,
        "Test from Lightkeeper on " + host,
        "This is a test of alerts.%s: nothing happened. Alerts of this host arrive here."
            .formatted(channel),
        null,
        List.of(),
        List.of());
  }

  /**
   * A run began or ended.
   *
   * @param text what a person reads: for an end, the last of what it said
   */
  public static Notice run(Instant now, String host, Event event, String run, String text) {
    String title =
        switch (event) {
          case STARTED -> "%s started on %s";
          case SUCCEEDED -> "%s done on %s";
          case FAILED -> "%s failed on %s";
          case RAISED, RECOVERED, SUMMARY, TEST, ALIVE ->
              throw new IllegalArgumentException(event + " is not about a run");
        };
    Urgency urgency = event == Event.FAILED ? Urgency.WARNING : Urgency.NOTICE;
    return notice(
        now, host, event, urgency, title.formatted(run, host), text, run, List.of(), List.of());
  }

  /** What it is about: rates are limited by subject. */
  String subject() {
    return alerts.isEmpty() ? event.name() : alerts.getFirst().alert().subject();
  }

  private static Notice notice(
      Instant at,
      String host,
      Event event,
      Urgency urgency,
      String title,
      String text,
      @Nullable String run,
      List<Change> alerts,
      List<OpenAlert> open) {
    return new Notice(
        SCHEMA,
        UUID.randomUUID().toString(),
        at,
        host,
        event,
        urgency,
        title,
        text,
        run,
        alerts,
        open);
  }

  private static String word(Urgency urgency) {
    return switch (urgency) {
      case CRITICAL -> "Critical";
      case WARNING -> "Warning";
      case NOTICE -> "Notice";
    };
  }
}
