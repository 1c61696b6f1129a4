package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.health.DrillFile;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.page.Overview.Backups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the last backup and the last drill, as the state folder tells.
 *
 * @param backup null if none is configured
 * @param drill null if none was made
 */
record LastRuns(@Nullable Backups backup, @Nullable DrillReport drill) {
  private static final Logger LOG = LoggerFactory.getLogger(LastRuns.class);

  static LastRuns of(Config config) {
    return in(config.state(), config.backup() != null);
  }

  /**
   * @param backups whether backups are configured
   */
  static LastRuns in(Path state, boolean backups) {
    return new LastRuns(
        backups ? new Backups(read("the last backup", () -> LastBackup.read(state))) : null,
        read("the last drill", () -> new DrillFile(state).read()));
  }

  /** A report in the state folder. */
  interface Source<T> {
    Optional<T> read() throws IOException;
  }

  /** Root may have written it for itself alone, or another version otherwise: then it is absent. */
  static <T> @Nullable T read(String what, Source<T> source) {
    try {
      return source.read().orElse(null);
    } catch (IOException e) {
      LOG.debug("{} cannot be read: {}", what, e.toString());
      return null;
    }
  }
}
