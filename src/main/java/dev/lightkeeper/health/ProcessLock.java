package dev.lightkeeper.health;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lock on a folder that a process holds while it lives: the file {@code lock}, which names the
 * process. The operating system lets go of it when the process ends, however it ends.
 */
public final class ProcessLock implements AutoCloseable {
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 50;

  private final FileChannel channel;

  private ProcessLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of the folder {@code state}.
   *
   * @return empty if another process, or this one, holds it
   * @throws IOException if the lock file cannot be opened for writing
   */
  public static Optional<ProcessLock> acquire(Path state) throws IOException, InterruptedException {
    FileChannel channel =
        FileChannel.open(file(state), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      // A passing look of holder() is waited out: it must not keep a process from starting.
      for (int i = 0; i < ATTEMPTS; i++) {
        if (lock(channel, false) != null) {
          name(channel);
          ProcessLock held = new ProcessLock(channel);
          channel = null;
          return Optional.of(held);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      return Optional.empty();
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }

  /**
   * The process that holds the lock of {@code state}; empty if none does. Not for the holder
   * itself: closing the file again would let go of its lock.
   *
   * @throws IOException if the lock file cannot be read
   */
  public static Optional<Long> holder(Path state) throws IOException {
    try (FileChannel channel = FileChannel.open(file(state), StandardOpenOption.READ)) {
      if (lock(channel, true) != null) {
        return Optional.empty();
      }
      return Optional.of(pid(Files.readString(file(state))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** On a full disk the lock holds all the same: what frees that disk needs it too. */
  private static void name(FileChannel channel) throws IOException {
    byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
    channel.truncate(0);
    try {
      channel.write(ByteBuffer.wrap(pid), 0);
    } catch (ClosedChannelException e) {
      throw e; // and the lock with it
    } catch (IOException e) {
      channel.truncate(0);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel, boolean shared) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, shared);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** The number in the lock file; 0 until it is written, or where a full disk did not take it. */
  private static long pid(String text) {
    String digits = text.strip();
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
  }

  private static Path file(Path state) {
    return state.resolve("lock");
  }
}
