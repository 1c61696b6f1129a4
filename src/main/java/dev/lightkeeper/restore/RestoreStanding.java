package dev.lightkeeper.restore;

import dev.lightkeeper.health.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the services of a host are a restore's to start and stop, as others ask. */
public enum RestoreStanding {
  /** There is none. */
  NONE,
  /** One is under way, a rollback or a dry run perhaps. */
  RUNNING,
  /** One was killed, and was not ended yet. */
  CUT_SHORT;

  /**
   * Looks, and changes nothing. Not for a process that restores itself.
   *
   * @throws RestoreException STUCK if a journal cannot be read
   */
  public static RestoreStanding in(Path dockerRoot) throws IOException, RestoreException {
    Path folder = RestoreFolder.path(dockerRoot);
    if (!Files.isDirectory(folder)) {
      return NONE;
    }
    if (ProcessLock.holder(folder).isPresent()) {
      return RUNNING;
    }
    return RestoreFolder.in(dockerRoot).pending().isPresent() ? CUT_SHORT : NONE;
  }
}
