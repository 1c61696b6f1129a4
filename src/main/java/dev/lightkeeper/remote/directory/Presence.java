package dev.lightkeeper.remote.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether a folder is there. Below the places that are for mounting (Filesystem Hierarchy Standard,
 * 3.11 and 3.12) a folder with nothing mounted on it or above it is none: what is written there
 * fills this host's own disk, and is hidden once the disk is mounted.
 */
final class Presence {
  private static final List<Path> FOR_MOUNTING =
      List.of(Path.of("/mnt"), Path.of("/media"), Path.of("/run/media"));

  private Presence() {}

  static boolean there(Path root) {
    return Files.isDirectory(root) && !unmounted(root, FOR_MOUNTING);
  }

  /** Whether {@code root} is a folder with nothing mounted where something should be. */
  static boolean unmounted(Path root) {
    return Files.isDirectory(root) && unmounted(root, FOR_MOUNTING);
  }

  static boolean unmounted(Path root, List<Path> forMounting) {
    try {
      Path real = root.toRealPath();
      for (Path place : forMounting) {
        if (real.startsWith(place)) {
          Object disk = device(real);
          // A unit's ReadWritePaths is a mount of its own, of the same disk.
          return disk.equals(device(place)) && disk.equals(device(place.resolve("..")));
        }
      }
      return false;
    } catch (IOException e) {
      return false; // what is done next says what is wrong
    }
  }

  private static Object device(Path path) throws IOException {
    return Files.getAttribute(path, "unix:dev");
  }
}
