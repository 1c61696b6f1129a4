package dev.lightkeeper.page;

import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.stream.StreamHistory;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * All that is shown of one moment.
 *
 * @param spoolLimit bytes the spool may hold
 * @param backup null if no backup is configured
 * @param handoff null if no guard ever reported on this host
 * @param drill null if no drill was ever made here
 */
public record Overview(
    StatusReport status,
    StreamHistory history,
    long spoolLimit,
    @Nullable Backups backup,
    @Nullable HandoffNews handoff,
    @Nullable DrillReport drill) {

  /**
   * Of the nightly backup.
   *
   * @param last null if there was none yet
   */
  public record Backups(@Nullable LastBackup last) {}

  /** What the guard says of nodes that were handed to another host. */
  public record HandoffNews(State state, Instant at) {
    /** Whether a node of this host is offered to another. */
    public enum State {
      /** No node is. */
      NONE,
      /** One is, and is kept from running here. */
      LOCKED,
      /** One was, and ran here again: nobody may take it over. */
      VOID
    }
  }
}
