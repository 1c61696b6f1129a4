package dev.lightkeeper.restore;

import java.util.List;

/**
 * A restore that was done.
 *
 * @param plan what was done
 */
public record RestoreSummary(
    RestorePlan plan, List<String> problems, List<String> todo, boolean interrupted)
    implements RestoreResult {
  public RestoreSummary {
    problems = List.copyOf(problems);
    todo = List.copyOf(todo);
  }
}
