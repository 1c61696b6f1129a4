package dev.lightkeeper.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Backup, drill and guard run as root, the watcher as a user of its own, all on one state folder:
 * what the ones make there must be the other's to change.
 */
public final class FolderOwner {
  private FolderOwner() {}

  /**
   * Gives {@code path} to whoever owns the folder it lies in; without effect for a user who may
   * not.
   *
   * @throws IOException if it is not there, or this user may and it failed
   */
  public static void give(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null
        || !Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      return;
    }
    for (String owner : new String[] {"unix:uid", "unix:gid"}) {
      Files.setAttribute(path, owner, Files.getAttribute(folder, owner), LinkOption.NOFOLLOW_LINKS);
    }
  }
}
