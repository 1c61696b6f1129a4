package dev.lightkeeper.remote.directory;

import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.transfer.Lane;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The archives' folder of a folder in use. */
final class DirectoryLane implements Lane {
  private static final int PIECE = 256 << 10;

  private final Path root;
  private final Path folder;
  private final Features features;

  private interface Call<T> {
    T run() throws IOException;
  }

  DirectoryLane(Path root, Features features) throws RemoteException {
    this.root = root;
    this.folder = root.resolve("archives");
    this.features = features;
    explained(
        () -> {
          if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder);
            DurableFile.sync(root);
          }
          return folder;
        });
  }

  @Override
  public Features features() {
    return features;
  }

  @Override
  public boolean alive() {
    return Files.isDirectory(folder);
  }

  @Override
  public boolean distant() {
    return false;
  }

  @Override
  public boolean heldByRoundTrip() {
    return false;
  }

  @Override
  public List<Entry> list() throws RemoteException {
    return explained(
        () -> {
          List<Entry> entries = new ArrayList<>();
          try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
              BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
              if (is.isRegularFile()) {
                entries.add(
                    new Entry(
                        String.valueOf(file.getFileName()),
                        is.size(),
                        is.lastModifiedTime().toInstant()));
              }
            }
          }
          return entries;
        });
  }

  @Override
  public OptionalLong size(String name) throws RemoteException {
    return explained(
        () -> {
          try {
            return OptionalLong.of(Files.size(folder.resolve(name)));
          } catch (NoSuchFileException e) {
            return OptionalLong.empty();
          }
        });
  }

  @Override
  public Part create(String name) throws RemoteException {
    return explained(
        () ->
            new OpenPart(
                FileChannel.open(
                    folder.resolve(name),
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------")))));
  }

  @Override
  public Optional<Part> reopen(String name) throws RemoteException {
    return explained(
        () ->
            Optional.of(
                new OpenPart(FileChannel.open(folder.resolve(name), StandardOpenOption.WRITE))));
  }

  @Override
  public Content read(String name) throws RemoteException {
    Path file = folder.resolve(name);
    return explained(() -> new OpenContent(file, FileChannel.open(file, StandardOpenOption.READ)));
  }

  @Override
  public boolean rename(String from, String to) throws RemoteException {
    return explained(
        () -> {
          try {
            DurableFile.rename(folder.resolve(from), folder.resolve(to));
            return true;
          } catch (FileAlreadyExistsException e) {
            return false;
          }
        });
  }

  @Override
  public boolean remove(String name) throws RemoteException {
    return explained(
        () -> {
          boolean _ = Files.deleteIfExists(folder.resolve(name));
          return true;
        });
  }

  @Override
  public OptionalLong free() throws RemoteException {
    return explained(() -> OptionalLong.of(Files.getFileStore(folder).getUsableSpace()));
  }

  @Override
  public void close() {
    // Nothing is held open between calls.
  }

  private <T> T explained(Call<T> call) throws RemoteException {
    if (!Files.isDirectory(root)) {
      throw new RemoteException(
          Kind.UNREACHABLE,
          "The folder " + root + " is gone",
          "see whether the disk is mounted",
          null);
    }
    try {
      return call.run();
    } catch (IOException e) {
      throw DiskFailure.of(e, root);
    }
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // What matters was synced before.
    }
  }

  /** A file of the folder, open for writing. */
  private final class OpenPart implements Part {
    private final FileChannel channel;

    OpenPart(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void write(Source source, long position, long length, RateLimit limit)
        throws RemoteException, IOException, InterruptedException {
      ByteBuffer buffer = ByteBuffer.allocate(limit.portion(PIECE));
      for (long at = position, end = position + length; at < end; ) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
        int n = source.read(buffer, at);
        if (n < 0) {
          throw new EOFException("the file ends after " + at + " bytes");
        }
        limit.acquire(n);
        long here = at;
        explained(
            () -> {
              buffer.flip();
              for (long to = here; buffer.hasRemaining(); ) {
                to += channel.write(buffer, to);
              }
              return channel;
            });
        at += n;
      }
      sync();
    }

    @Override
    public void sync() throws RemoteException {
      explained(
          () -> {
            channel.force(true);
            DurableFile.sync(folder);
            return channel;
          });
    }

    @Override
    public void close() {
      DirectoryLane.close(channel);
    }
  }

  /** A file of the folder, open for reading. */
  private final class OpenContent implements Content {
    private final Path file;
    private final FileChannel channel;

    OpenContent(Path file, FileChannel channel) {
      this.file = file;
      this.channel = channel;
    }

    @Override
    public void read(long position, long length, Sink sink, RateLimit limit)
        throws RemoteException, IOException, InterruptedException {
      ByteBuffer buffer = ByteBuffer.allocate(limit.portion(PIECE));
      for (long at = position, end = position + length; at < end; ) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
        limit.acquire(buffer.remaining());
        long here = at;
        int n = explained(() -> channel.read(buffer, here));
        if (n < 0) {
          throw new RemoteException(
              Kind.TORN, file + " ends early", "use another archive or remote", null);
        }
        sink.take(buffer.array(), n);
        at += n;
      }
    }

    @Override
    public void close() {
      DirectoryLane.close(channel);
    }
  }
}
