package dev.lightkeeper.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * Writes {@code channel.backup} in the order LND does (lnd v0.21.0, chanbackup/backupfile.go): read
 * the old one; remove a left-over temporary file; create, write, fsync and close a new one; copy
 * the old one to the archive folder; rename. No directory fsync.
 */
public final class StandInLnd {
  private static final int EMPTY_SIZE = 45;
  private static final int CHANNEL_SIZE = 371;
  private static final DateTimeFormatter ARCHIVE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm-ss");

  private final SecureRandom random = new SecureRandom();
  private final Path directory;
  private final Path file;

  /**
   * A node that keeps its channel backup in {@code directory}, which is made at the first update.
   */
  public StandInLnd(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("channel.backup");
  }

  /** Where the channel backup is. */
  public Path file() {
    return file;
  }

  /**
   * Replaces the channel backup by fresh random bytes of the size {@code channels} channels take,
   * and returns them.
   *
   * @throws UncheckedIOException if a file cannot be written
   */
  public byte[] update(int channels) {
    byte[] content = new byte[EMPTY_SIZE + CHANNEL_SIZE * channels];
    random.nextBytes(content);
    update(content);
    return content;
  }

  /**
   * Replaces the channel backup by {@code content}.
   *
   * @throws UncheckedIOException if a file cannot be written
   */
  public void update(byte[] content) {
    try {
      Files.createDirectories(directory);
      readOld();
      Path temporary = directory.resolve("temp-dont-use.backup");
      Files.deleteIfExists(temporary);
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeWhole(out, content);
        out.force(true);
      }
      archiveOld();
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** LND merges with what is on disk: watchers that fire on this read miss the write. */
  private void readOld() throws IOException {
    if (Files.exists(file)) {
      Files.readAllBytes(file);
    }
  }

  private void archiveOld() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    Path archive = directory.resolve("chan-backup-archives");
    if (!Files.exists(archive)) {
      Files.createDirectory(
          archive,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.copy(
        file,
        archive.resolve(
            "channel.backup-" + LocalDateTime.now(ZoneId.systemDefault()).format(ARCHIVE_TIME)),
        StandardCopyOption.REPLACE_EXISTING);
  }

  static void writeWhole(FileChannel out, byte[] content) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(content);
    while (rest.hasRemaining()) {
      out.write(rest);
    }
  }
}
