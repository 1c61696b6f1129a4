package dev.lightkeeper.restore;

import java.util.List;

/**
 * What a restore did.
 *
 * @param plan what was done
 * @param problems what does not run as it should
 * @param todo what a person still has to do, with the commands, in order
 */
public record RestoreSummary(RestorePlan plan, List<String> problems, List<String> todo) {
  public RestoreSummary {
    problems = List.copyOf(problems);
    todo = List.copyOf(todo);
  }
}
