package dev.lightkeeper.cli;

import dev.lightkeeper.backup.BackupStep;
import dev.lightkeeper.backup.BackupWatcher;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Passes on how a backup goes, and keeps the last lines of it for whoever is told of its end. */
final class BackupTail implements BackupWatcher {
  private static final int LINES = 60;

  private final BackupWatcher next;
  private final Deque<String> lines = new ArrayDeque<>();

  BackupTail(BackupWatcher next) {
    this.next = next;
  }

  /** The last lines, and {@code end} after them. */
  synchronized String with(String end) {
    StringBuilder text = new StringBuilder();
    lines.forEach(l -> text.append(l).append('\n'));
    return text.append(end).toString();
  }

  @Override
  public void began(BackupStep step, long totalBytes) {
    next.began(step, totalBytes);
  }

  @Override
  public void at(BackupStep step, long bytes, String current) {
    next.at(step, bytes, current);
  }

  @Override
  public void ended(BackupStep step, Duration took) {
    keep(step.words() + ": " + Words.lag(took.toMillis()));
    next.ended(step, took);
  }

  @Override
  public void note(String line) {
    keep(line);
    next.note(line);
  }

  private synchronized void keep(String line) {
    lines.addLast(line);
    if (lines.size() > LINES) {
      lines.removeFirst();
    }
  }
}
