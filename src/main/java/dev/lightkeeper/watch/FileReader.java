package dev.lightkeeper.watch;

import dev.lightkeeper.node.ChannelBackup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads one file whole: stamp, read, stamp again. Opens for reading only, and only regular files.
 */
record FileReader(Path path) {
  /** The file as it is now. */
  Look look() {
    try {
      return read(FileStamp.of(path));
    } catch (IOException e) {
      return failed(e);
    }
  }

  /** Whether the file is as {@code stamp} says; false if it cannot be told. */
  boolean isStill(FileStamp stamp) {
    try {
      return FileStamp.of(path).equals(stamp);
    } catch (IOException e) {
      return false;
    }
  }

  /** The same, where no link may be on the way: then {@code stamp} is the path's own. */
  boolean isItself(FileStamp stamp) {
    try {
      return FileStamp.of(path, LinkOption.NOFOLLOW_LINKS).equals(stamp);
    } catch (IOException e) {
      return false;
    }
  }

  private Look read(FileStamp before) throws IOException {
    if (before.kind() != FileStamp.Kind.FILE) {
      String found = before.kind() == FileStamp.Kind.DIRECTORY ? "a directory" : "not a file";
      return new Look.Barred(
          path + " is " + found + "; give the channel backup's own path in the configuration");
    }
    if (before.size() > ChannelBackup.MAX_SIZE) {
      return new Look.Barred(
          path
              + " is larger than "
              + (ChannelBackup.MAX_SIZE >> 20)
              + " MiB, so it is not a channel backup; check the path in the configuration");
    }
    byte[] content;
    try (InputStream in = Files.newInputStream(path)) {
      content = in.readNBytes((int) before.size() + 1);
    }
    boolean moved = content.length != before.size() || !FileStamp.of(path).equals(before);
    return moved ? new Look.Moving() : new Look.Whole(ChannelBackup.of(content), before);
  }

  private Look failed(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return missing();
    }
    if (failure instanceof AccessDeniedException) {
      return new Look.Barred(
          path
              + ": permission denied; let this user read the file and search every directory"
              + " above it (namei -l shows which one is closed)");
    }
    String reason = failure instanceof FileSystemException f ? f.getReason() : null;
    return new Look.Barred(
        path + ": " + (reason == null ? failure : reason) + "; check the path and the file system");
  }

  /** The topmost thing that is not there. */
  private Look missing() {
    Path gone = path;
    for (Path up = path.getParent(); up != null && Files.notExists(up); up = up.getParent()) {
      gone = up;
    }
    return new Look.Missing((gone.equals(path) ? "no file " : "no directory ") + gone);
  }
}
