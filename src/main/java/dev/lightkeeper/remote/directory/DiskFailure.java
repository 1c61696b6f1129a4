package dev.lightkeeper.remote.directory;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Turns what the operating system says into a kind and a remedy. */
final class DiskFailure {
  private DiskFailure() {}

  static RemoteException of(IOException e, Path root) {
    String said = words(e);
    String what = "The folder " + root + " could not be used: " + said;
    String lower = said.toLowerCase(Locale.ROOT);
    if (e instanceof NoSuchFileException) {
      return new RemoteException(Kind.NOT_FOUND, what, "see whether the disk is mounted", e);
    }
    if (lower.contains("no space left") || lower.contains("quota exceeded")) {
      return new RemoteException(Kind.NO_SPACE, what, "free space on that disk", e);
    }
    if (e instanceof AccessDeniedException || lower.contains("read-only")) {
      return new RemoteException(
          Kind.PERMISSION, what, "see the folder's owner and mode, and how the disk is mounted", e);
    }
    return new RemoteException(Kind.FAILED, what, "see the kernel's log for that disk", e);
  }

  private static String words(IOException e) {
    if (e instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    if (e instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file or folder";
    }
    if (e instanceof FileSystemException known && known.getReason() != null) {
      return known.getFile() + ": " + known.getReason();
    }
    return String.valueOf(e.getMessage());
  }
}
