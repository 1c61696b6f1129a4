package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lists folders and asks for the stat of what is in them, on all cores: with services down, a walk
 * over many files is little else.
 */
final class FolderReader implements AutoCloseable {
  /** Enough for a thread to be worth its while. */
  private static final int PART = 256;

  private final Predicate<EntryName> leftOut;
  private final ExecutorService helpers =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          Thread.ofPlatform().name("walk-", 1).daemon().factory());

  /** What is in a folder, or will be: read by a helper, or by whoever needs it first. */
  final class Folder {
    private final FutureTask<Deque<Found>> reading;

    private Folder(EntryName name, Path path, Stat stat) {
      this.reading = new FutureTask<>(() -> read(name, path, stat));
    }

    /** Has it read in advance. */
    void ask() {
      helpers.execute(reading);
    }

    /** In the order of {@link EntryName}. */
    Deque<Found> content() throws IOException, ArchiveException {
      return result(reading);
    }
  }

  /**
   * Something in a folder.
   *
   * @param inside null if it is no folder
   */
  record Found(EntryName name, Path path, Stat stat, @Nullable Folder inside) {}

  /**
   * @param leftOut what is neither looked at nor into
   */
  FolderReader(Predicate<EntryName> leftOut) {
    this.leftOut = leftOut;
  }

  /** The paths in a directory, by their bytes; none if it is none. */
  static List<Path> list(Path directory) throws ArchiveException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        found.add(path);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException | IOException e) {
      throw unreadable(directory, e);
    }
    Collections.sort(found); // by their bytes, as a Path compares on Linux
    return found;
  }

  /** Looks at each of {@code paths}, which are in the folder {@code name}. */
  Deque<Found> lookAt(EntryName name, List<Path> paths) throws IOException, ArchiveException {
    if (paths.size() <= PART) {
      return look(name, paths);
    }
    List<FutureTask<Deque<Found>>> parts = new ArrayList<>();
    for (int from = 0; from < paths.size(); from += PART) {
      List<Path> part = paths.subList(from, Math.min(from + PART, paths.size()));
      parts.add(new FutureTask<>(() -> look(name, part)));
    }
    parts.forEach(helpers::execute);
    Deque<Found> found = new ArrayDeque<>(paths.size());
    for (FutureTask<Deque<Found>> part : parts) {
      found.addAll(result(part));
    }
    return found;
  }

  private Deque<Found> read(EntryName name, Path path, Stat stat)
      throws IOException, ArchiveException {
    Deque<Found> found = lookAt(name, list(path));
    try {
      // Whoever put a link in the folder's place must not lead us out of the tree.
      return Stat.of(path).inode() == stat.inode() ? found : new ArrayDeque<>();
    } catch (NoSuchFileException e) {
      return new ArrayDeque<>();
    }
  }

  private Deque<Found> look(EntryName folder, List<Path> paths) throws IOException {
    Deque<Found> found = new ArrayDeque<>(paths.size());
    for (Path path : paths) {
      EntryName name = folder.resolve(path);
      if (leftOut.test(name)) {
        continue;
      }
      try {
        Stat stat = Stat.of(path);
        Folder inside = stat.isDirectory() ? new Folder(name, path, stat) : null;
        found.add(new Found(name, path, stat, inside));
      } catch (NoSuchFileException e) {
        // vanished since its folder was listed
      }
    }
    return found;
  }

  /** Of a task that nobody has begun yet, too: then this thread does it. */
  private static Deque<Found> result(FutureTask<Deque<Found>> task)
      throws IOException, ArchiveException {
    task.run();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case ArchiveException known -> throw known;
        case IOException failed -> throw failed;
        case Error grave -> throw grave;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  static ArchiveException unreadable(Path path, Exception cause) {
    return new ArchiveException(
        ArchiveException.Kind.UNREADABLE,
        path + " cannot be read: " + cause.getMessage(),
        "Run as root, and check the disk (dmesg)",
        cause);
  }

  /** Ends the helpers; what they were asked for and nobody needed is not read. */
  @Override
  public void close() {
    List<Runnable> _ = helpers.shutdownNow();
  }
}
