package dev.lightkeeper.backup;

import dev.lightkeeper.deployment.DeploymentException;
import java.nio.file.Path;

/**
 * The archive is kept and verified, but what was stopped for it did not all come up again. Shipping
 * and pruning are left for later: that services are down has to be known first.
 */
public final class ServicesDownException extends Exception {
  private final transient Path archive;
  private final long bytes;
  private final String remedy;

  /** Of the archive {@code archive} with so many bytes. */
  public ServicesDownException(Path archive, long bytes, DeploymentException cause) {
    super("the archive is kept (" + archive + "), but services are down: " + cause.what(), cause);
    this.archive = archive;
    this.bytes = bytes;
    this.remedy = cause.remedy();
  }

  /** Where the archive is. */
  public Path archive() {
    return archive;
  }

  /** Its size. */
  public long bytes() {
    return bytes;
  }

  /** What happened: one sentence without a full stop. */
  public String what() {
    return String.valueOf(getMessage());
  }

  /** What the person can do next: one sentence without a full stop. */
  public String remedy() {
    return remedy;
  }
}
