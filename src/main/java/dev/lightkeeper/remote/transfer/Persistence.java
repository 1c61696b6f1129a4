package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects again when a connection breaks, for as long as something gets through now and then. */
final class Persistence {
  private static final Logger LOG = LoggerFactory.getLogger(Persistence.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  private final Lanes lanes;
  private final Duration patience;
  private final SegmentBoard board;

  /** What is tried over one connection. */
  interface Attempt {
    void over(Lane lane) throws RemoteException, IOException, InterruptedException;
  }

  /**
   * @param patience how long to go on while nothing new is on {@code board}
   */
  Persistence(Lanes lanes, Duration patience, SegmentBoard board) {
    this.lanes = lanes;
    this.patience = patience;
    this.board = board;
  }

  /**
   * @throws RemoteException what the last attempt failed of; the first one's if no other connection
   *     can help
   */
  void run(Attempt attempt) throws RemoteException, IOException, InterruptedException {
    long lastProgress = System.nanoTime();
    long through = progress();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try (Lane lane = lanes.open()) {
        attempt.over(lane);
        return;
      } catch (RemoteException e) {
        if (e.kind() != Kind.UNREACHABLE) {
          throw e;
        }
        if (progress() != through) {
          through = progress();
          lastProgress = System.nanoTime();
          pause = FIRST_PAUSE;
        }
        if (System.nanoTime() - lastProgress + pause.toNanos() > patience.toNanos()) {
          throw e;
        }
        LOG.info("{}; trying again in {} ms", e.getMessage(), pause.toMillis());
        Thread.sleep(pause);
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
  }

  private long progress() {
    return board.bytesMoved() + board.bytesVerified();
  }
}
