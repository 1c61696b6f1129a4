package dev.lightkeeper.page;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.Troubles;
import dev.lightkeeper.stream.StreamHistory.Minute;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The documented shape of {@code /api/status.json}: that of {@code status --json}, and what only a
 * running daemon knows. Fields are only ever added.
 *
 * @param well whether there is nothing in {@code troubles}
 * @param minutes those of the last hour in which something happened
 * @param backup null if none is configured
 */
record StatusJson(
    @JsonUnwrapped StatusReport report,
    boolean well,
    List<String> troubles,
    List<Minute> minutes,
    @Nullable Backup backup,
    Overview.@Nullable HandoffNews handoff,
    @Nullable DrillReport drill) {

  /**
   * @param next when the next one is due; null if that cannot be told
   */
  record Backup(@Nullable LastBackup last, @Nullable Instant next) {}

  static StatusJson of(Overview o, @Nullable Instant next) {
    List<String> troubles = Troubles.of(o.status());
    return new StatusJson(
        o.status(),
        troubles.isEmpty(),
        troubles,
        o.history().minutes(),
        o.backup() == null ? null : new Backup(o.backup().last(), next),
        o.handoff(),
        o.drill());
  }
}
