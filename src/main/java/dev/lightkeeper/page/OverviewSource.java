package dev.lightkeeper.page;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Where what is shown comes from; asked once a request, by several threads. */
public interface OverviewSource {
  /**
   * A look now.
   *
   * @throws TimeoutException if the daemon does not answer: it hangs
   */
  Overview look() throws TimeoutException, InterruptedException;

  /** When the next backup is due; empty if that cannot be told on this host. */
  Optional<Instant> nextBackup() throws InterruptedException;
}
