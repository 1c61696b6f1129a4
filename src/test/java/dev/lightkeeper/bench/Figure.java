package dev.lightkeeper.bench;

import org.jspecify.annotations.Nullable;

/**
 * One promise and what was measured.
 *
 * @param atMost the target, in {@code unit}
 * @param measured null if it could not be measured: then it is missed
 * @param note how it was measured, for people; may be empty
 */
record Figure(String promise, double atMost, @Nullable Double measured, String unit, String note) {
  static Figure of(String promise, double atMost, double measured, String unit, String note) {
    return new Figure(promise, atMost, measured, unit, note);
  }

  static Figure missing(String promise, double atMost, String unit, String why) {
    return new Figure(promise, atMost, null, unit, why);
  }

  boolean met() {
    return measured != null && measured <= atMost;
  }

  /** One line, as people read it. */
  String text() {
    return "%s  %s: %s (at most %s)%s"
        .formatted(
            met() ? "met   " : "MISSED",
            promise,
            amount(measured, unit),
            amount(atMost, unit),
            note.isEmpty() ? "" : "; " + note);
  }

  private static String amount(@Nullable Double value, String unit) {
    return value == null
        ? "not measured"
        : "%.2f".formatted(value).replaceAll("[.,]?0+$", "") + " " + unit;
  }
}
