package dev.lightkeeper.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Backup, drill and guard run as root, the watcher as a user of its own, all on one state folder:
 * what the ones make there must be the other's to change.
 */
public final class FolderOwner {
  private FolderOwner() {}

  /**
   * Whom root works for in a folder.
   *
   * @param name the user's name, or its number where it has none
   */
  public record Account(int uid, int gid, String name) {}

  /**
   * The owner of {@code folder}, if this process is root and that is somebody else.
   *
   * @throws IOException if it cannot be asked for
   */
  public static Optional<Account> besidesRoot(Path folder) throws IOException {
    if (!isRoot() || Files.notExists(folder)) {
      return Optional.empty();
    }
    int uid = (Integer) Files.getAttribute(folder, "unix:uid");
    return uid == 0
        ? Optional.empty()
        : Optional.of(
            new Account(
                uid,
                (Integer) Files.getAttribute(folder, "unix:gid"),
                Files.getOwner(folder).getName()));
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  /**
   * Gives {@code path} to whoever owns the folder it lies in; without effect for a user who may
   * not.
   *
   * @throws IOException if it is not there, or this user may and it failed
   */
  public static void give(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !isRoot()) {
      return;
    }
    for (String owner : new String[] {"unix:uid", "unix:gid"}) {
      Files.setAttribute(path, owner, Files.getAttribute(folder, owner), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
