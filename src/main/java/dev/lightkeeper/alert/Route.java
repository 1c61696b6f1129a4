package dev.lightkeeper.alert;

import dev.lightkeeper.alert.Notice.Event;
import dev.lightkeeper.health.Urgency;
import org.jspecify.annotations.Nullable;

/**
 * One configured channel and what it is for.
 *
 * @param least what is less urgent is not told
 * @param perHour how many notices an hour it gets of one alert, at most
 * @param pings null for a channel that tells of alerts; {@code watch}, {@code backup} or {@code
 *     drill} for one that is pinged for that
 */
public record Route(
    String name, Channel channel, Urgency least, int perHour, @Nullable String pings) {
  /** What {@link #pings} says for the daemon. */
  public static final String WATCH = "watch";

  public Route {
    if (perHour < 1) {
      throw new IllegalArgumentException("nothing would ever be told: " + perHour);
    }
  }

  boolean isPing() {
    return pings != null;
  }

  boolean wants(Notice notice) {
    if (pings != null) {
      return notice.run() == null
          ? pings.equals(WATCH) && notice.event() != Event.TEST
          : pings.equals(notice.run());
    }
    return switch (notice.event()) {
      case RAISED, RECOVERED, SUMMARY -> notice.urgency().compareTo(least) >= 0;
      case TEST -> true;
      case ALIVE, STARTED, SUCCEEDED, FAILED -> false;
    };
  }
}
