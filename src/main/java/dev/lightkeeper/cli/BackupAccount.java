package dev.lightkeeper.cli;

import dev.lightkeeper.backup.BackupException;
import dev.lightkeeper.backup.BackupSummary;
import dev.lightkeeper.backup.ServicesDownException;
import dev.lightkeeper.health.LastBackup;
import dev.lightkeeper.health.LastBackup.Result;
import dev.lightkeeper.shelf.ShipmentQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes in the state folder what became of one backup, for the daemon to read. */
final class BackupAccount {
  private static final Logger LOG = LoggerFactory.getLogger(BackupAccount.class);

  private final Path state;
  private final InstantSource clock;
  private final Instant startedAt;

  /** The account of a backup that begins now. */
  BackupAccount(Path state, InstantSource clock) {
    this.state = state;
    this.clock = clock;
    this.startedAt = clock.instant();
  }

  /** An archive was made. */
  LastBackup made(BackupSummary summary) {
    boolean shipped =
        summary.shipments().stream().allMatch(ShipmentQueue.Outcome.Delivered.class::isInstance);
    return note(
        new LastBackup(
            LastBackup.SCHEMA,
            summary.complete() ? Result.COMPLETE : Result.PARTIAL,
            startedAt,
            clock.instant(),
            took(),
            summary.archive().toString(),
            summary.file().size(),
            summary.servicesDown().toMillis(),
            shipped,
            null,
            summary.problems(),
            startedAt));
  }

  /**
   * No archive was made; or one was, but services are down.
   *
   * @return empty if that is another run's to tell: it is under way
   */
  Optional<LastBackup> failed(Throwable e) {
    if (e instanceof BackupException b && b.kind() == BackupException.Kind.LOCKED) {
      return Optional.empty();
    }
    Failure failure = Failure.of(e);
    boolean interrupted = failure.code() == ExitCode.INTERRUPTED;
    ServicesDownException kept = e instanceof ServicesDownException s ? s : null;
    String remedy = failure.remedy();
    String error = failure.message() + (remedy == null ? "" : "; " + remedy);
    return Optional.of(
        note(
            new LastBackup(
                LastBackup.SCHEMA,
                interrupted ? Result.INTERRUPTED : Result.FAILED,
                startedAt,
                clock.instant(),
                took(),
                kept == null ? null : kept.archive().toString(),
                kept == null ? null : kept.bytes(),
                null,
                false,
                interrupted ? null : error,
                List.of(),
                kept == null ? newestBefore() : startedAt)));
  }

  private long took() {
    return Math.max(0, Duration.between(startedAt, clock.instant()).toMillis());
  }

  private @Nullable Instant newestBefore() {
    try {
      return LastBackup.read(state).map(LastBackup::newestArchiveAt).orElse(null);
    } catch (IOException e) {
      LOG.warn("what the last backup left in {} cannot be read: {}", state, e.toString());
      return null;
    }
  }

  private LastBackup note(LastBackup account) {
    try {
      account.write(state);
    } catch (IOException e) {
      LOG.error(
          "what became of this backup cannot be noted in {}, so it will be told as overdue: {}",
          state,
          e.toString());
    }
    return account;
  }
}
