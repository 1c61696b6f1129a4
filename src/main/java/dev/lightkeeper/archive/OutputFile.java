package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A new file that only its owner can read; when it cannot be written, the error says what to do.
 */
final class OutputFile extends OutputStream {
  private final Path path;
  private final FileChannel channel;

  /**
   * @throws IOException if it cannot be made, or is there
   */
  OutputFile(Path path) throws IOException {
    this.path = path;
    this.channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ByteBuffer from = ByteBuffer.wrap(bytes, offset, length);
    try {
      while (from.hasRemaining()) {
        int _ = channel.write(from);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes all that remains in {@code from} at {@code position}. For any number of threads. */
  void write(long position, ByteBuffer from) throws IOException {
    try {
      for (long at = position; from.hasRemaining(); ) {
        at += channel.write(from, at);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Reads up to what remains in {@code into}; negative at the end. For any number of threads. */
  int read(long position, ByteBuffer into) throws IOException {
    return channel.read(into, position);
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Returns once all that was written is on disk. */
  void force() throws IOException {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private IOException failed(IOException cause) {
    return new IOException(
        "%s cannot be written: %s. Free some space in %s, or check its disk (dmesg); then make the backup again"
            .formatted(path, cause.getMessage(), path.getParent()),
        cause);
  }
}
