package dev.lightkeeper.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Sizes, times and durations as people read them. */
final class Words {
  /** The width where the terminal's is not known. */
  private static final int UNLIMITED = 1000;

  private Words() {}

  /** {@code 2026-11-23 10:00:00 UTC}. */
  static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
  }

  /** {@code 12 s}, {@code 3 min}, {@code 5 h}, {@code 4 d}. */
  static String duration(Duration d) {
    long seconds = Math.max(0, d.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + " min";
    }
    return seconds < 2 * 86400 ? seconds / 3600 + " h" : seconds / 86400 + " d";
  }

  /** {@code 57 ms}, {@code 1.2 s}, then as {@link #duration}. */
  static String lag(long millis) {
    if (millis < 1000) {
      return millis + " ms";
    }
    return millis < 10_000
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
        : duration(Duration.ofMillis(millis));
  }

  /** {@code 45 B}, {@code 4.0 KiB}, {@code 1.5 MiB}. */
  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  /** Whether a person sees what is printed: the launcher sets COLUMNS for a terminal. */
  static boolean isTerminal() {
    return terminalWidth() != UNLIMITED;
  }

  /** How wide the terminal is: COLUMNS, which the launcher sets for a terminal. */
  static int terminalWidth() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9]\\d{1,3}")
        ? Math.max(40, Integer.parseInt(columns))
        : UNLIMITED;
  }

  /** What went wrong with a file, in a few words. */
  static String failure(IOException e) {
    String said = String.valueOf(e.getMessage());
    return switch (e) {
      case NoSuchFileException _ -> said + " does not exist";
      case AccessDeniedException _ -> said + ": permission denied";
      default -> said;
    };
  }
}
