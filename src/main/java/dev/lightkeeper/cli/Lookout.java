package dev.lightkeeper.cli;

import dev.lightkeeper.alert.AlertFolder;
import dev.lightkeeper.alert.ChannelQueue;
import dev.lightkeeper.config.AlertSection;
import dev.lightkeeper.config.Config;
import dev.lightkeeper.deployment.Resume;
import dev.lightkeeper.handoff.GuardFile;
import dev.lightkeeper.health.Alert;
import dev.lightkeeper.health.Alert.Kind;
import dev.lightkeeper.health.AlertBook;
import dev.lightkeeper.health.DrillFile;
import dev.lightkeeper.health.DrillReport;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.LastBackup.Result;
import dev.lightkeeper.health.StatusReport.OpenAlert;
import dev.lightkeeper.shelf.ShipmentQueue;
import dev.lightkeeper.stream.StreamReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raises and clears the alerts that streaming itself does not see: what backup, drill and guard
 * left in the state folder, what should have been there by now, remotes that lag for too long, and
 * alerts that do not get through.
 */
final class Lookout {
  /** How old the newest archive may be. */
  static final Duration OVERDUE = Duration.ofHours(36);

  private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);
  private static final int FAILURES = 5; // some five minutes

  private final Config config;
  private final AlertBook alerts;
  private final Supplier<StreamReport> streams;
  private final InstantSource clock;
  private final BehindSince behind;
  private @Nullable Instant backupsSince;

  Lookout(Config config, AlertBook alerts, Supplier<StreamReport> streams, InstantSource clock) {
    this.config = config;
    this.alerts = alerts;
    this.streams = streams;
    this.clock = clock;
    this.behind = new BehindSince(config.watch().behind());
  }

  /** Looks once. What cannot be read says nothing new. */
  void look() {
    alerts(behind.look(streams.get(), clock.instant()), Kind.REMOTE_BEHIND);
    each("the last backup", this::backup);
    each("the last drill", this::drill);
    each("the guard's report", this::guard);
    each("what waits to be told", this::undelivered);
  }

  private void backup() throws IOException {
    if (config.backup() == null) {
      return;
    }
    Optional<LastBackup> last = LastBackup.read(config.state());
    Result result = last.map(LastBackup::result).orElse(Result.COMPLETE);
    one(
        Kind.BACKUP_FAILED,
        last.map(this::failed).orElse(false),
        last.map(BackupNews::failed).orElse(""));
    boolean left =
        result == Result.PARTIAL
            && (last.map(LastBackup::shipped).orElse(false)
                || !new ShipmentQueue(config.state()).pending().isEmpty());
    one(
        Kind.BACKUP_INCOMPLETE,
        left,
        "the archive is whole, but: "
            + String.join("; ", last.map(LastBackup::problems).orElse(List.of())));
    Instant newest = last.map(LastBackup::newestArchiveAt).orElse(null);
    Instant since = newest == null ? backupsSince() : newest;
    one(
        Kind.BACKUP_OVERDUE,
        clock.instant().isAfter(since.plus(OVERDUE)),
        (newest == null ? "no archive was made since " : "the newest archive is of ")
            + Words.time(since)
            + ": see journalctl -u lightkeeper-backup, and whether its timer runs: systemctl"
            + " list-timers lightkeeper-backup");
  }

  /** With an archive, what failed is only that services did not come up: until they are. */
  private boolean failed(LastBackup last) {
    return last.result() == Result.FAILED
        && (last.archive() == null || Files.exists(Resume.journal(config.state())));
  }

  /** When backups were first seen to be configured and none was made. */
  private Instant backupsSince() throws IOException {
    if (backupsSince == null) {
      Path file = config.state().resolve("backups-since");
      try {
        backupsSince = Instant.parse(Files.readString(file).strip());
      } catch (NoSuchFileException | DateTimeException e) {
        backupsSince = clock.instant();
        Files.writeString(file, backupsSince + "\n");
      }
    }
    return backupsSince;
  }

  private void drill() throws IOException {
    Optional<DrillReport> failed =
        new DrillFile(config.state()).read().filter(d -> d.result() == DrillReport.Result.FAILED);
    one(Kind.DRILL_FAILED, failed.isPresent(), failed.map(DrillNews::alert).orElse(""));
  }

  private void guard() throws IOException {
    Optional<GuardFile.Report> report = new GuardFile(config.state()).read();
    List<OpenAlert> open = report.map(GuardFile.Report::alerts).orElse(List.of());
    Optional<OpenAlert> acted =
        open.stream().filter(a -> a.kind().equals(Kind.HANDOFF.id())).findFirst();
    one(Kind.HANDOFF, acted.isPresent(), acted.map(OpenAlert::message).orElse(""));
  }

  private void undelivered() throws IOException {
    AlertFolder folder = new AlertFolder(config.state());
    StringBuilder said = new StringBuilder();
    for (AlertSection section : config.alerts()) {
      ChannelQueue.Saved queue = folder.queue(section.name());
      if (queue.failures() >= FAILURES) {
        said.append("alerts.%s: %s; ".formatted(section.name(), queue.lastError()));
      }
    }
    one(
        Kind.ALERTS_UNDELIVERED,
        !said.isEmpty(),
        said + "it is tried for a day; cure it and try `lightkeeper alert --test`");
  }

  private void alerts(List<Alert> raised, Kind kind) {
    for (OpenAlert open : alerts.open()) {
      Alert.Key key = new Alert(kind, open.node(), open.remote(), "").key();
      if (open.kind().equals(kind.id()) && raised.stream().noneMatch(a -> a.key().equals(key))) {
        alerts.clear(key);
      }
    }
    raised.forEach(alerts::raise);
  }

  private void one(Kind kind, boolean open, String message) {
    alerts(open ? List.of(new Alert(kind, null, null, message)) : List.of(), kind);
  }

  private interface Look {
    void look() throws IOException;
  }

  private static void each(String what, Look look) {
    try {
      look.look();
    } catch (IOException e) {
      LOG.debug("{} cannot be read: {}", what, e.toString());
    }
  }
}
