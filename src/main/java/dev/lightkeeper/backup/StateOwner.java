package dev.lightkeeper.backup;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup runs as root, the watcher as a user of its own, on one state folder: what the one makes
 * there must be the other's to change.
 */
final class StateOwner {
  private static final List<String> SHARED = List.of("backup", "shipments", "transfers");

  private StateOwner() {}

  /** Gives what a backup made in {@code state} to that folder's owner, as far as this may. */
  static void handBack(Path state) throws IOException {
    if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      return;
    }
    Object uid = Files.getAttribute(state, "unix:uid");
    Object gid = Files.getAttribute(state, "unix:gid");
    for (String name : SHARED) {
      Path folder = state.resolve(name);
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.walkFileTree(
            folder,
            new SimpleFileVisitor<Path>() {
              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                  throws IOException {
                give(file, uid, gid);
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                  return FileVisitResult.CONTINUE; // the daemon works here too
                }
                throw e;
              }

              @Override
              public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                  throws IOException {
                give(dir, uid, gid);
                return FileVisitResult.CONTINUE;
              }
            });
      }
    }
  }

  private static void give(Path path, Object uid, Object gid) throws IOException {
    try {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return; // gone meanwhile: nobody's
    }
  }
}
