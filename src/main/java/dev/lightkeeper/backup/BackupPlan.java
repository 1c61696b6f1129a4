package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveDraft;
import dev.lightkeeper.archive.ArchiveSources;
import dev.lightkeeper.deployment.Deployment;
import dev.lightkeeper.deployment.HostContainer;
import dev.lightkeeper.remote.ArchiveName;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a backup would do now.
 *
 * @param folder where the archive goes on this host
 * @param archived the volumes' folders of which something is archived
 * @param leftOut names of volumes of which nothing is
 * @param contents what would be read
 * @param stopped the containers that would be stopped or paused
 * @param expected bytes the archive will have, about: as the last one, or half of what is read
 * @param needed bytes that must be free here: two copies of the archive for a moment
 * @param free bytes that are free here
 */
public record BackupPlan(
    Deployment deployment,
    ArchiveSources sources,
    Path folder,
    ArchiveName name,
    List<Path> archived,
    List<String> leftOut,
    ArchiveDraft.Estimate contents,
    List<HostContainer> stopped,
    long expected,
    long needed,
    long free,
    List<Room> rooms) {
  /** The lists are copied. */
  public BackupPlan {
    archived = List.copyOf(archived);
    leftOut = List.copyOf(leftOut);
    stopped = List.copyOf(stopped);
    rooms = List.copyOf(rooms);
  }

  /**
   * The room on a remote.
   *
   * @param free empty where the server does not tell, or was not reached
   * @param problem why it cannot be shipped there now; null if nothing speaks against it
   */
  public record Room(String remote, String location, OptionalLong free, @Nullable String problem) {}

  /**
   * Refuses to begin what would fill the disk.
   *
   * @param free bytes that are free here by now
   * @throws BackupException of kind NO_SPACE
   */
  void insistOnRoom(long free) throws BackupException {
    if (free < needed) {
      throw new BackupException(
          BackupException.Kind.NO_SPACE,
          "%s has %d MiB free, and this backup needs about %d MiB there: the archive (about %d MiB) twice for a moment"
              .formatted(folder, free >> 20, needed >> 20, expected >> 20),
          "free some space (lightkeeper prune), or set folder in [backup] to a larger disk",
          null);
    }
  }
}
