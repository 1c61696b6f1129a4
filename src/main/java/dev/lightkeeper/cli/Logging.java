package dev.lightkeeper.cli;

import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Where log lines go: standard error, one line each. */
final class Logging {
  private static final String OWN = "dev.lightkeeper.";

  private Logging() {}

  /** Sets the level that the options ask for; the daemon says more than a short command. */
  static void configure(GlobalOptions options, boolean daemon) {
    LogManager.getLogManager().reset();
    Level own = level(options, daemon);
    Level libraries = options.verbose() ? Level.INFO : Level.OFF;
    Handler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFilter(r -> r.getLevel().intValue() >= threshold(r, own, libraries).intValue());
    handler.setFormatter(
        System.getenv("JOURNAL_STREAM") == null ? new TerminalLine() : new JournalLine());
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    root.setLevel(options.verbose() ? Level.FINE : Level.INFO);
  }

  private static Level threshold(LogRecord record, Level own, Level libraries) {
    String name = record.getLoggerName();
    return name != null && name.startsWith(OWN) ? own : libraries;
  }

  private static Level level(GlobalOptions options, boolean daemon) {
    if (options.verbose()) {
      return Level.FINE;
    }
    return daemon && !options.quiet() ? Level.INFO : Level.SEVERE;
  }

  /** {@code 2026-11-23T10:00:00.123Z ERROR message}. */
  private static final class TerminalLine extends Formatter {
    @Override
    public String format(LogRecord record) {
      return "%s %s %s%n"
          .formatted(
              record.getInstant().truncatedTo(ChronoUnit.MILLIS),
              name(record.getLevel()),
              formatMessage(record));
    }

    private static String name(Level level) {
      return switch (level.getName()) {
        case "SEVERE" -> "ERROR";
        case "WARNING" -> "WARN ";
        case "INFO" -> "INFO ";
        default -> "DEBUG";
      };
    }
  }

  /** {@code <3>message}: the journal adds the time and reads the priority; see sd-daemon(3). */
  private static final class JournalLine extends Formatter {
    @Override
    public String format(LogRecord record) {
      int priority =
          switch (record.getLevel().getName()) {
            case "SEVERE" -> 3;
            case "WARNING" -> 4;
            case "INFO" -> 6;
            default -> 7;
          };
      return "<" + priority + ">" + formatMessage(record) + System.lineSeparator();
    }
  }
}
