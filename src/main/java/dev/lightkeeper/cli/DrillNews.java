package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.health.Alert.Kind;
import dev.lightkeeper.health.DrillFile;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.DrillReport.Result;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps what became of a drill, and tells those who are to know. */
final class DrillNews {
  private static final String RUN = "drill";

  private final GlobalOptions global;
  private final @Nullable Config config;
  private final @Nullable Messenger messenger;

  /**
   * @param config null where there is none: then there is nobody to tell
   */
  DrillNews(GlobalOptions global, @Nullable Config config) {
    this.global = global;
    this.config = config;
    this.messenger = config == null ? null : new Messenger(config);
  }

  void started() {
    if (messenger != null) {
      messenger.started(RUN);
    }
  }

  void ended(DrillReport report) {
    keep(report);
    if (messenger == null) {
      return;
    }
    boolean failed = report.result() == Result.FAILED;
    messenger.ended(RUN, report.result() == Result.OK, said(report));
    List<OpenAlert> open =
        failed
            ? List.of(new OpenAlert(Kind.DRILL_FAILED.id(), null, null, report.at(), alert(report)))
            : List.of();
    messenger.standing(Set.of(Kind.DRILL_FAILED), open);
  }

  /** Somebody stopped it: what the one before found still holds. */
  void interrupted() {
    if (messenger != null) {
      messenger.ended(RUN, false, "interrupted; everything is removed");
    }
  }

  /** What a failed drill's alert says. */
  static String alert(DrillReport report) {
    String problem = report.problem();
    return "the newest archive could not be restored in a drill: %s; run `lightkeeper drill` again once it is cured"
        .formatted(problem == null ? "it does not say why" : problem);
  }

  private static String said(DrillReport report) {
    String notes = report.notes().isEmpty() ? "" : "\n" + String.join("\n", report.notes());
    return report.result() == Result.FAILED
        ? alert(report)
        : "%s can be restored%s".formatted(report.archive(), notes);
  }

  /** Where the daemon or a person looks later. */
  private void keep(DrillReport report) {
    if (config == null || !Files.isDirectory(config.state())) {
      return;
    }
    DrillFile file = new DrillFile(config.state());
    try {
      file.write(report);
    } catch (IOException e) {
      global.warn(file.path() + " could not be written: " + Words.failure(e));
    }
  }
}
