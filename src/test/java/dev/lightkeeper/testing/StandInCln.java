package dev.lightkeeper.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/**
 * Writes {@code emergency.recover} in the order Core Lightning does (seen on v26.06): unlink and
 * create {@code scb.tmp} with mode 0400, write, fsync, fsync the directory, rename.
 */
public final class StandInCln {
  private static final int EMPTY_SIZE = 57;
  private static final int CHANNEL_SIZE = 371;

  private final SecureRandom random = new SecureRandom();
  private final Path directory;
  private final Path file;

  /**
   * A node that keeps its channel backup in {@code directory}, which is made at the first update.
   */
  public StandInCln(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("emergency.recover");
  }

  /** Where the channel backup is. */
  public Path file() {
    return file;
  }

  /**
   * What only the first start does: an empty {@code emergency.recover} is created and unlinked,
   * then one without channels is written. Returns its content.
   *
   * @throws UncheckedIOException if a file cannot be written
   */
  public byte[] firstStart() {
    try {
      Files.createDirectories(directory);
      create(file).close();
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return update(0);
  }

  /**
   * Replaces the channel backup by fresh random bytes of the size {@code channels} channels take
   * (57 bytes without any), and returns them.
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
      Path temporary = directory.resolve("scb.tmp");
      Files.deleteIfExists(temporary);
      try (FileChannel out = create(temporary)) {
        StandInLnd.writeWhole(out, content);
        out.force(true);
      }
      try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
        folder.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------")));
  }
}
