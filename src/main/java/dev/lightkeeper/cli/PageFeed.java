package dev.lightkeeper.cli;

import dev.lightkeeper.handoff.GuardFile;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.page.Overview;
import dev.lightkeeper.page.Overview.HandoffNews;
import dev.lightkeeper.page.OverviewSource;
import dev.lightkeeper.stream.StreamReport;
import dev.lightkeeper.stream.Streamer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Puts together what the status page shows: of the running daemon, and of the state folder. */
final class PageFeed implements OverviewSource {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Streamer streamer;
  private final Function<StreamReport, StatusReport> reports;
  private final Path state;
  private final long spoolLimit;
  private final boolean backups;
  private final NextBackup next = new NextBackup(NextBackup.SYSTEMCTL, InstantSource.system());

  /**
   * @param reports makes the status report of what is streamed
   * @param backups whether backups are configured
   */
  PageFeed(
      Streamer streamer,
      Function<StreamReport, StatusReport> reports,
      Path state,
      long spoolLimit,
      boolean backups) {
    this.streamer = streamer;
    this.reports = reports;
    this.state = state;
    this.spoolLimit = spoolLimit;
    this.backups = backups;
  }

  @Override
  public Overview look() throws TimeoutException, InterruptedException {
    Streamer.Told told = streamer.told(PATIENCE);
    LastRuns last = LastRuns.in(state, backups);
    return new Overview(
        reports.apply(told.report()),
        told.history(),
        spoolLimit,
        last.backup(),
        LastRuns.read("the guard's report", () -> new GuardFile(state).read().map(PageFeed::news)),
        last.drill());
  }

  @Override
  public Optional<Instant> nextBackup() throws InterruptedException {
    return backups ? next.at() : Optional.empty();
  }

  private static HandoffNews news(GuardFile.Report report) {
    HandoffNews.State state =
        report.round().voided() != null
            ? HandoffNews.State.VOID
            : report.round().offer() != null ? HandoffNews.State.LOCKED : HandoffNews.State.NONE;
    return new HandoffNews(state, report.at());
  }
}
