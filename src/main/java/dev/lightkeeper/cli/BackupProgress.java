package dev.lightkeeper.cli;

import dev.lightkeeper.backup.BackupStep;
import dev.lightkeeper.backup.BackupWatcher;
import dev.lightkeeper.health.Json;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a backup goes, on standard error: one line that is written over on a terminal, a line for
 * each step otherwise; with {@code --json}, one object a line on standard output.
 */
abstract sealed class BackupProgress implements BackupWatcher, AutoCloseable {
  /** The one that the options ask for. */
  static BackupProgress of(GlobalOptions global) {
    if (global.json()) {
      return new Events(global.out());
    }
    if (global.quiet()) {
      return new Silent();
    }
    boolean terminal = Words.isTerminal();
    return terminal ? new Bar(global.err(), Words.terminalWidth()) : new Lines(global.err());
  }

  /** Ends the line; may be called again. */
  @Override
  public void close() {}

  private static final class Silent extends BackupProgress {
    @Override
    public void began(BackupStep step, long totalBytes) {}

    @Override
    public void at(BackupStep step, long bytes, String current) {}

    @Override
    public void ended(BackupStep step, Duration took) {}

    @Override
    public void note(String line) {}
  }

  private static final class Lines extends BackupProgress {
    private final PrintWriter out;

    Lines(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void began(BackupStep step, long totalBytes) {}

    @Override
    public void at(BackupStep step, long bytes, String current) {}

    @Override
    public synchronized void ended(BackupStep step, Duration took) {
      out.println(step.words() + ": " + Words.lag(took.toMillis()));
      out.flush();
    }

    @Override
    public synchronized void note(String line) {
      out.println(line);
      out.flush();
    }
  }

  /** A step as it goes: percentage, bytes, rate, time left, what is handled. */
  static final class Bar extends BackupProgress {
    private static final long EVERY = 100_000_000L;

    private final PrintWriter out;
    private final int width;
    private long begun;
    private long total;
    private long shown;
    private boolean open;

    Bar(PrintWriter out, int width) {
      this.out = out;
      this.width = width;
    }

    @Override
    public synchronized void began(BackupStep step, long totalBytes) {
      begun = System.nanoTime();
      total = totalBytes;
      shown = 0;
      show(step.words());
    }

    @Override
    public synchronized void at(BackupStep step, long bytes, String current) {
      long now = System.nanoTime();
      if (now - shown >= EVERY) {
        shown = now;
        show(line(step.words(), bytes, total, now - begun, current));
      }
    }

    static String line(String step, long bytes, long total, long nanos, String current) {
      double seconds = nanos / 1e9;
      String rate = seconds < 0.2 ? "" : "  " + Words.size((long) (bytes / seconds)) + "/s";
      if (total <= 0) {
        return "%s  %s%s  %s".formatted(step, Words.size(bytes), rate, current);
      }
      long done = Math.min(bytes, total);
      String left =
          seconds < 1 || done == 0
              ? ""
              : "  "
                  + Words.duration(
                      Duration.ofMillis((long) (1000 * seconds * (total - done) / done)))
                  + " left";
      return String.format(
          Locale.ROOT,
          "%s  %3d %%  %s of %s%s%s  %s",
          step,
          100 * done / total,
          Words.size(done),
          Words.size(total),
          rate,
          left,
          current);
    }

    private void show(String line) {
      String shortened =
          line.length() < width ? line : line.substring(0, Math.max(0, width - 2)) + "…";
      out.print("\r\u001b[K" + shortened);
      out.flush();
      open = true;
    }

    @Override
    public synchronized void ended(BackupStep step, Duration took) {
      out.print("\r\u001b[K" + step.words() + ": " + Words.lag(took.toMillis()) + "\n");
      out.flush();
      open = false;
    }

    @Override
    public synchronized void note(String line) {
      out.print("\r\u001b[K" + line + "\n");
      out.flush();
    }

    @Override
    public synchronized void close() {
      if (open) {
        out.println();
        out.flush();
        open = false;
      }
    }
  }

  /** {@code {"event": "began" | "at" | "ended" | "note", …}}, one a line. */
  private static final class Events extends BackupProgress {
    private static final long EVERY = 500_000_000L;

    private final PrintWriter out;
    private long shown;

    private record Event(
        String event,
        @Nullable BackupStep step,
        @Nullable Long bytes,
        @Nullable Long millis,
        @Nullable String text) {}

    Events(PrintWriter out) {
      this.out = out;
    }

    private synchronized void print(Event event) {
      out.println(Json.line(event));
      out.flush();
    }

    @Override
    public void began(BackupStep step, long totalBytes) {
      print(new Event("began", step, totalBytes, null, null));
    }

    @Override
    public void at(BackupStep step, long bytes, String current) {
      long now = System.nanoTime();
      if (now - shown >= EVERY) {
        shown = now;
        print(new Event("at", step, bytes, null, current));
      }
    }

    @Override
    public void ended(BackupStep step, Duration took) {
      print(new Event("ended", step, null, took.toMillis(), null));
    }

    @Override
    public void note(String line) {
      print(new Event("note", null, null, null, line));
    }
  }
}
