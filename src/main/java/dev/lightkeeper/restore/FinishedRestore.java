package dev.lightkeeper.restore;

import java.util.List;

/** A restore that was cut short once all was in place, and was finished. No other was begun. */
public record FinishedRestore(
    String archive, String sha256, List<String> problems, List<String> todo, boolean interrupted)
    implements RestoreResult {
  public FinishedRestore {
    problems = List.copyOf(problems);
    todo = List.copyOf(todo);
  }
}
