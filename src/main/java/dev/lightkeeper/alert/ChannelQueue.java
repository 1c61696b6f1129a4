package dev.lightkeeper.alert;

import dev.lightkeeper.alert.Notice.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one channel still has to deliver, and when: tried again for a day with growing pauses, at
 * most {@code perHour} notices an hour of one alert, and several at once as one. What is told last
 * is always how things stand. Reads no clock; for one thread.
 */
public final class ChannelQueue {
  /** How long a notice is tried before it is dropped. */
  static final Duration TRIED_FOR = Duration.ofDays(1);

  private static final Duration WINDOW = Duration.ofHours(1);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final int SEVERAL = 3;
  private static final int MOST = 100;

  private final Route route;
  private final List<Notice> pending;
  private final List<Sent> sent;
  private int failures;
  private Instant retryAt;
  private @Nullable String lastError;
  private long dropped;

  /** As kept between processes. */
  public record Saved(
      List<Notice> pending,
      List<Sent> sent,
      int failures,
      @Nullable Instant retryAt,
      @Nullable String lastError,
      long dropped) {
    static final Saved EMPTY = new Saved(List.of(), List.of(), 0, null, null, 0);

    public Saved {
      pending = pending == null ? List.of() : List.copyOf(pending);
      sent = sent == null ? List.of() : List.copyOf(sent);
    }
  }

  /** That {@code subject} was told. */
  public record Sent(String subject, Instant at) {}

  /** What is to be delivered now, and which pending notices it stands for. */
  record Batch(Notice notice, List<Notice> pending) {
    Batch {
      pending = List.copyOf(pending);
    }
  }

  ChannelQueue(Route route, Saved saved) {
    this.route = route;
    this.pending = new ArrayList<>(saved.pending());
    this.sent = new ArrayList<>(saved.sent());
    this.failures = saved.failures();
    this.retryAt = saved.retryAt() == null ? Instant.EPOCH : saved.retryAt();
    this.lastError = saved.lastError();
    this.dropped = saved.dropped();
  }

  Saved saved() {
    return new Saved(pending, sent, failures, retryAt, lastError, dropped);
  }

  /** Takes {@code notice} up, if it is for this channel. */
  void accept(Notice notice) {
    if (!route.wants(notice) || pending.stream().anyMatch(n -> n.id().equals(notice.id()))) {
      return;
    }
    switch (notice.event()) {
      // Of these only the last one says anything.
      case ALIVE, STARTED -> pending.removeIf(n -> n.event() == notice.event());
      case SUCCEEDED, FAILED -> pending.removeIf(n -> n.event() == Event.STARTED);
      case RAISED, RECOVERED, SUMMARY, TEST -> {}
    }
    if (route.isPing() && notice.run() == null) {
      pending.clear();
    }
    pending.add(notice);
    if (pending.size() > MOST) {
      pending.removeFirst();
      dropped++;
    }
  }

  /** What to deliver now; empty if nothing is due. */
  Optional<Batch> next(Instant now) {
    forget(now);
    if (now.isBefore(retryAt)) {
      return Optional.empty();
    }
    List<Notice> due = pending.stream().filter(n -> room(n, now)).toList();
    if (due.isEmpty()) {
      return Optional.empty();
    }
    Set<String> subjects = new HashSet<>();
    due.forEach(n -> subjects.add(n.subject()));
    boolean few = due.size() <= SEVERAL && subjects.size() == due.size() && dropped == 0;
    return Optional.of(
        few || route.isPing()
            ? new Batch(due.getFirst(), List.of(due.getFirst()))
            : new Batch(Notice.summary(due, now, dropped), due));
  }

  /** It arrived. */
  void delivered(Batch batch, Instant now) {
    pending.removeAll(batch.pending());
    Set<String> subjects = new HashSet<>();
    batch.pending().forEach(n -> subjects.add(n.subject()));
    subjects.forEach(s -> sent.add(new Sent(s, now)));
    if (batch.pending().size() > 1) {
      dropped = 0;
    }
    failures = 0;
    retryAt = Instant.EPOCH;
    lastError = null;
  }

  /**
   * It did not.
   *
   * @return whether that is news
   */
  boolean failed(String error, Instant now) {
    boolean news = failures == 0 || !error.equals(lastError);
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
    failures++;
    lastError = error;
    retryAt = now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    return news;
  }

  /** When something will be due; empty if nothing waits. */
  public static Optional<Instant> due(Saved saved, int perHour) {
    Instant retry = saved.retryAt() == null ? Instant.EPOCH : saved.retryAt();
    return saved.pending().stream()
        .map(n -> room(saved.sent(), n.subject(), perHour))
        .map(room -> room.isAfter(retry) ? room : retry)
        .min(Comparator.naturalOrder());
  }

  /** When one more notice of {@code subject} may go out. */
  private static Instant room(List<Sent> sent, String subject, int perHour) {
    List<Instant> told =
        sent.stream().filter(s -> s.subject().equals(subject)).map(Sent::at).sorted().toList();
    return told.size() < perHour ? Instant.EPOCH : told.get(told.size() - perHour).plus(WINDOW);
  }

  private boolean room(Notice notice, Instant now) {
    if (route.isPing() || notice.event() == Event.TEST) {
      return true;
    }
    return !room(sent, notice.subject(), route.perHour()).isAfter(now);
  }

  private void forget(Instant now) {
    // A clock that was set back must not keep anything waiting for ever.
    sent.removeIf(s -> !s.at().plus(WINDOW).isAfter(now) || s.at().isAfter(now));
    if (Duration.between(now, retryAt).compareTo(LONGEST_PAUSE) > 0) {
      retryAt = now;
    }
    int before = pending.size();
    pending.removeIf(n -> n.at().plus(TRIED_FOR).isBefore(now));
    dropped += before - pending.size();
    if (pending.isEmpty()) {
      failures = 0;
      retryAt = Instant.EPOCH;
      lastError = null;
    }
  }
}
