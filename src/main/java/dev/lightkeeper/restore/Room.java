package dev.lightkeeper.restore;

import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The room that may be taken on a disk; some is always left to what else runs there. */
final class Room {
  private static final long MOST_LEFT = 1L << 30;
  private static final long MOST_ENTRIES = 20_000_000;

  private final Path folder;
  private final long most;
  private final long disk;
  private long taken;
  private long stated;
  private long entries;

  private Room(Path folder, long most, long disk) {
    this.folder = folder;
    this.most = most;
    this.disk = disk;
  }

  static Room on(Path folder) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    return new Room(
        folder, free - Math.min(MOST_LEFT, free / 20), Files.getFileStore(folder).getTotalSpace());
  }

  long most() {
    return most;
  }

  long taken() {
    return taken;
  }

  /** One more entry that says it is so large: zeros take no room, but a bomb has no end. */
  void entry(long size) throws RestoreException {
    entries++;
    stated += Math.max(0, size);
    if (stated > disk || stated < 0 || entries > MOST_ENTRIES) {
      throw new RestoreException(
          Kind.NO_SPACE,
          "the archive holds more than all of the disk %s is on: %d MiB in %d files so far"
              .formatted(folder, stated >> 20, entries),
          "use a larger disk; if the server it is of was small, the archive is not what it says");
    }
  }

  void take(long bytes) throws RestoreException {
    taken += bytes;
    if (taken > most) {
      throw new RestoreException(
          Kind.NO_SPACE,
          "what the archive holds does not fit on the disk of %s, where %d MiB may be taken"
              .formatted(folder, most >> 20),
          "make room there, then run it again");
    }
  }
}
