package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An archive in the making, in a work folder of its own. Dumps come in through {@link #dump}, the
 * volumes through {@link #pass}, called while services run, as often as is worth it, and {@link
 * #finalPass}, called once they stand still; that one reads only what changed. Then services may
 * run again, and {@link #seal} writes the archive.
 *
 * <p>Dumps and passes may go on side by side, in different threads; the rest is for one thread.
 */
public final class ArchiveDraft implements AutoCloseable {
  private final Path folder;
  private final Path dockerRoot;
  private final TreeWalk walk;
  private final GzipPool pool;
  private final DraftStore store;
  private final FilesystemSync sync = FilesystemSync.ofThisSystem();
  private final Map<Dump, DumpStream.Finished> dumps = new EnumMap<>(Dump.class);
  private List<IndexedEntry> index = List.of();
  private boolean walked;
  private boolean complete;

  private ArchiveDraft(Path folder, ArchiveSources sources, GzipPool pool, DraftStore store) {
    this.folder = folder;
    this.dockerRoot = sources.dockerRoot();
    this.walk = new TreeWalk(sources);
    this.pool = pool;
    this.store = store;
  }

  /**
   * Begins a draft.
   *
   * @param folder the work folder, which must be missing or empty; it needs room for the compressed
   *     volumes and dumps, and for what changes between the passes
   * @throws IOException if it cannot be made, or is not empty
   */
  public static ArchiveDraft open(Path folder, ArchiveSources sources) throws IOException {
    return open(folder, sources, GzipPool.ofThisMachine());
  }

  static ArchiveDraft open(Path folder, ArchiveSources sources, GzipPool pool) throws IOException {
    boolean done = false;
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
        if (inside.iterator().hasNext()) {
          throw new IOException("the work folder " + folder + " is not empty");
        }
      }
      ArchiveDraft draft = new ArchiveDraft(folder, sources, pool, DraftStore.in(folder));
      done = true;
      return draft;
    } finally {
      if (!done) {
        pool.close();
      }
    }
  }

  /** What a draft of {@code sources} would read now: reads directories only. */
  public static Estimate estimate(ArchiveSources sources) throws IOException, ArchiveException {
    long[] sum = new long[2];
    new TreeWalk(sources)
        .walk(
            (_, _, stat) -> {
              sum[0]++;
              sum[1] += stat.isFile() ? stat.size() : 0;
            });
    return new Estimate(sum[0], sum[1]);
  }

  /**
   * A look at the volumes.
   *
   * @param entries files, directories and the like
   * @param bytes content of the files; hard links count each
   */
  public record Estimate(long entries, long bytes) {}

  /** Takes a dump; see {@link DumpStream#complete}. */
  public DumpStream dump(Dump which) throws IOException {
    return new DumpStream(
        pool,
        folder.resolve(which.entry().toString()),
        finished -> {
          synchronized (dumps) {
            dumps.put(which, finished);
          }
        });
  }

  /**
   * Reads what appeared or changed since the last pass, services running.
   *
   * @throws ArchiveException UNREADABLE for the first file that cannot be read; SECRETS_REFUSED
   * @throws IOException if the work folder cannot be written
   */
  public PassReport pass(ArchiveProgress progress) throws IOException, ArchiveException {
    return pass(false, progress);
  }

  /**
   * Writes out what is dirty on the filesystem of Docker's root, services running. A container that
   * stops waits for all of that where its own layers are on the same one: overlayfs syncs the
   * filesystem below it when it is unmounted (Linux, {@code ovl_sync_fs}).
   */
  public void writeOut() throws IOException {
    sync.writeOut(dockerRoot);
  }

  /** The same once services stand still: what is read now is taken as it is. */
  public PassReport finalPass(ArchiveProgress progress) throws IOException, ArchiveException {
    PassReport report = pass(true, progress);
    complete = true;
    return report;
  }

  private PassReport pass(boolean last, ArchiveProgress progress)
      throws IOException, ArchiveException {
    if (complete) {
      throw new IllegalStateException("the final pass was made already");
    }
    long begin = System.nanoTime();
    try (@Nullable EarlyWriting _ = walked ? null : store.members().writtenEarly();
        BufferedTasks tasks = new BufferedTasks(pool)) {
      DraftPass pass = new DraftPass(store, tasks, sync, index, !walked, last, progress);
      pass.run(walk);
      tasks.await();
      index = new ArrayList<>(pass.found());
      walked = true;
      return pass.report(Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  /**
   * Writes the archive under a temporary name, readable by its owner only and durable. Services may
   * run meanwhile.
   *
   * @throws IllegalStateException if there was no final pass, or postgres was not dumped
   * @throws IOException if it cannot be written; nothing is left of it
   */
  public SealedArchive seal(SealOrder order, ArchiveProgress progress) throws IOException {
    Map<Dump, DumpStream.Finished> taken;
    synchronized (dumps) {
      taken = Map.copyOf(dumps);
    }
    if (!complete || !taken.containsKey(Dump.POSTGRES)) {
      throw new IllegalStateException("the draft is not complete: passes and dumps come first");
    }
    return new Sealing(pool, store, order)
        .seal(index, taken, folder.resolve("manifest.json"), progress);
  }

  /** Ends the draft: nothing stays of the work folder. An archive that was sealed stays. */
  @Override
  public void close() throws IOException {
    pool.close();
    store.close();
    try (DirectoryStream<Path> inside = Files.newDirectoryStream(folder)) {
      for (Path file : inside) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
