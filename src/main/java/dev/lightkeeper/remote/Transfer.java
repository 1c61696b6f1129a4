package dev.lightkeeper.remote;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How an archive is moved.
 *
 * @param progressFolder where it is noted which parts are through, so that another process can
 *     continue; made if need be
 * @param patience how long to go on trying to connect while nothing gets through
 * @param limit shared by all that is moved under it
 * @param watcher told as parts get through
 */
public record Transfer(Path progressFolder, Duration patience, RateLimit limit, Watcher watcher) {
  /** Is told how far a transfer is; called from several threads, one at a time. */
  public interface Watcher {
    /**
     * Bytes of an archive so far; they may go down when a part has to be sent again.
     *
     * @param moved durable where they went
     * @param verified read back and compared; for a download, the same as {@code moved}
     * @param total of the archive
     */
    void at(long moved, long verified, long total);
  }

  /** As fast as possible, unobserved. */
  public static Transfer plain(Path progressFolder, Duration patience) {
    return new Transfer(
        progressFolder, patience, RateLimit.none(), (_, _, _) -> {}); // nobody watches
  }
}
