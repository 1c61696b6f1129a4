package dev.lightkeeper.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations and sizes as people write them. */
final class Quantities {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9}) ?(ms|s|m|h)");
  private static final Pattern RATE = Pattern.compile("(.*)/s");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15}) ?(B|KiB|MiB|GiB)");

  private Quantities() {}

  /** {@code 500ms}, {@code 5s}, {@code 1m}, {@code 1h}; empty for anything else. */
  static Optional<Duration> duration(String text) {
    Matcher m = DURATION.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    long n = Long.parseLong(m.group(1));
    return Optional.of(
        switch (m.group(2)) {
          case "ms" -> Duration.ofMillis(n);
          case "s" -> Duration.ofSeconds(n);
          case "m" -> Duration.ofMinutes(n);
          default -> Duration.ofHours(n);
        });
  }

  /** {@code 1048576B}, {@code 512KiB}, {@code 256MiB}, {@code 1GiB}; empty for anything else. */
  static Optional<Long> bytes(String text) {
    Matcher m = SIZE.matcher(text.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    int shift =
        switch (m.group(2)) {
          case "B" -> 0;
          case "KiB" -> 10;
          case "MiB" -> 20;
          default -> 30;
        };
    long n = Long.parseLong(m.group(1));
    return n > Long.MAX_VALUE >> shift ? Optional.empty() : Optional.of(n << shift);
  }

  /** {@code 512KiB/s}, {@code 2 MiB/s}: bytes a second; empty for anything else. */
  static Optional<Long> rate(String text) {
    Matcher m = RATE.matcher(text.strip());
    return m.matches() ? bytes(m.group(1)) : Optional.empty();
  }
}
