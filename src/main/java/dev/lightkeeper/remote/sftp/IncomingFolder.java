package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the folder of unfinished files tidy, as far as the server lets. */
final class IncomingFolder {
  private static final Logger LOG = LoggerFactory.getLogger(IncomingFolder.class);
  // Another session of this or another installation may hold younger ones open.
  private static final Duration STALE = Duration.ofHours(1);

  private final SftpFiles files;
  private final RemoteLayout layout;

  IncomingFolder(SftpFiles files, RemoteLayout layout) {
    this.files = files;
    this.layout = layout;
  }

  /** Removes what broken connections left behind; in the background. */
  void sweep() {
    Thread.ofVirtual()
        .name("sftp-sweep")
        .start(
            () -> {
              try {
                removeStale();
              } catch (RemoteException | RefusedException e) {
                LOG.debug("Leftovers in {} stay: {}", layout.incoming(), e.getMessage());
              }
            });
  }

  /** Removes what was created in advance and never used. */
  void discard(Iterable<SlotPool.Slot> unused) throws RemoteException {
    List<Reply> replies = new ArrayList<>();
    for (SlotPool.Slot slot : unused) {
      replies.add(files.remove(slot.path()));
    }
    for (Reply reply : replies) {
      files.wire().await(reply);
    }
  }

  private void removeStale() throws RemoteException, RefusedException {
    long before = Instant.now().minus(STALE).getEpochSecond();
    for (SftpFiles.Entry entry : files.list(layout.incoming())) {
      if (entry.name().endsWith(RemoteLayout.PART) && entry.attributes().getMtime() < before) {
        files.remove(layout.incoming() + "/" + entry.name());
      }
    }
  }
}
