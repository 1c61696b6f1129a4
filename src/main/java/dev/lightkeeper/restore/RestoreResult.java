package dev.lightkeeper.restore;

import java.util.List;

/** What a run did. */
public sealed interface RestoreResult permits RestoreSummary, FinishedRestore {
  /** What does not run as it should. */
  List<String> problems();

  /** What a person still has to do, with the commands, in order. */
  List<String> todo();

  /** Whether it was told to end before it saw all of that: all is in place, nothing more begins. */
  boolean interrupted();
}
