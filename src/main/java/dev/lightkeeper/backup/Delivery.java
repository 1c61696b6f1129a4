package dev.lightkeeper.backup;

import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.shelf.ArchiveFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ships what an earlier backup could not. */
public final class Delivery {
  private final BackupOrder order;
  private final @Nullable ArchiveFolder folder;

  /**
   * @param folder where archives are kept on this host; null if that is not known
   */
  public Delivery(BackupOrder order, @Nullable ArchiveFolder folder) {
    this.order = order;
    this.folder = folder;
  }

  /**
   * Tries everything that is due, once.
   *
   * @return what did not go well: one sentence each
   * @throws BackupException LOCKED while a backup runs, which ships it too
   * @throws IOException if the state folder cannot be used
   */
  public List<String> run(BackupWatcher watcher)
      throws BackupException, IOException, InterruptedException {
    Path locks = Files.createDirectories(Backup.lockFolder(order.state()));
    try (ProcessLock lock = ProcessLock.acquire(locks).orElseThrow(Backup::locked)) {
      var _ = lock;
      Aftermath aftermath = new Aftermath(order, folder);
      var _ = aftermath.ship(watcher);
      return List.copyOf(aftermath.problems());
    } finally {
      StateOwner.handBack(order.state());
    }
  }
}
