package dev.lightkeeper.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One walk over the volumes, beside the index of the walk before: what is the same is kept, the
 * rest is read. Both are in the same order, so that neither needs to be looked up.
 */
final class DraftPass implements TreeWalk.Visitor {
  /** A report names no more than so many. */
  private static final int NAMED = 100;

  private final List<IndexedEntry> before;
  private final FilesystemSync sync;
  private final boolean last;
  private final ArchiveProgress progress;
  private final FileCapture capture;
  private final @Nullable ChunkBuilder chunks;

  private final List<IndexedEntry> found = new ArrayList<>();
  private final Map<Inode, EntryName> firstNames = new HashMap<>();
  private final List<EntryName> changedWhileRead = new ArrayList<>();
  private final List<EntryName> sockets = new ArrayList<>();
  private int next;
  private long kept;
  private long bytes;
  private long filesRead;
  private long bytesRead;
  private long unsettled;

  private record Inode(long device, long inode) {}

  /**
   * @param before the index of the pass before; empty at first
   * @param first whether what is read is compressed at once
   * @param last whether the writers stand still: there is no later pass to mend this one
   */
  DraftPass(
      DraftStore store,
      BufferedTasks tasks,
      FilesystemSync sync,
      List<IndexedEntry> before,
      boolean first,
      boolean last,
      ArchiveProgress progress) {
    this.sync = sync;
    this.before = before;
    this.last = last;
    this.progress = progress;
    this.chunks = first ? new ChunkBuilder(store, tasks) : null;
    this.capture = new FileCapture(store, tasks, chunks);
  }

  /** The index of this pass. */
  List<IndexedEntry> found() {
    return found;
  }

  /** Walks, and leaves no chunk open. */
  void run(TreeWalk walk) throws IOException, ArchiveException {
    try {
      walk.walk(this);
      if (chunks != null) {
        chunks.close();
      }
    } finally {
      if (chunks != null) {
        chunks.abandon();
      }
    }
  }

  PassReport report(Duration took) {
    return new PassReport(
        found.size(),
        bytes,
        filesRead,
        bytesRead,
        before.size() - kept,
        unsettled,
        changedWhileRead,
        sockets,
        took);
  }

  @Override
  public void visit(EntryName name, Path path, Stat stat) throws IOException, ArchiveException {
    if (stat.isSocket()) {
      note(sockets, name);
      return;
    }
    IndexedEntry known = knownAs(name);
    IndexedEntry entry = entry(name, path, stat, known);
    if (entry == null) {
      return;
    }
    if (known != null) {
      kept++;
    }
    if (stat.links() > 1 && !stat.isDirectory()) {
      firstNames.putIfAbsent(new Inode(stat.device(), stat.inode()), name);
    }
    found.add(entry);
    bytes += entry.size();
    if (!entry.settled()) {
      unsettled++;
    }
    progress.at(bytes, name);
  }

  private @Nullable IndexedEntry knownAs(EntryName name) {
    while (next < before.size()) {
      int order = before.get(next).name().compareTo(name);
      if (order > 0) {
        return null;
      }
      next++;
      if (order == 0) {
        return before.get(next - 1);
      }
    }
    return null;
  }

  private @Nullable IndexedEntry entry(
      EntryName name, Path path, Stat stat, @Nullable IndexedEntry known)
      throws IOException, ArchiveException {
    EntryName first =
        stat.links() > 1 && !stat.isDirectory()
            ? firstNames.get(new Inode(stat.device(), stat.inode()))
            : null;
    EntryType type = first == null ? stat.type() : EntryType.HARD_LINK;
    if (known != null && known.type() == type && isUnchanged(known, stat, first)) {
      return known;
    }
    return switch (type) {
      case FILE -> file(name, path, known);
      case HARD_LINK -> headerOnly(name, type, stat, first);
      case SYMBOLIC_LINK -> symbolicLink(name, path, stat);
      case DIRECTORY, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> headerOnly(name, type, stat, null);
    };
  }

  private static boolean isUnchanged(IndexedEntry known, Stat stat, @Nullable EntryName first) {
    return switch (known.type()) {
      case FILE -> known.settled() && known.stat().sameFile(stat);
      case SYMBOLIC_LINK -> known.stat().sameFile(stat);
      case HARD_LINK ->
          known.stat().sameHeader(stat) && first != null && first.equals(known.link());
      case DIRECTORY, FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> known.stat().sameHeader(stat);
    };
  }

  private @Nullable IndexedEntry symbolicLink(EntryName name, Path path, Stat stat)
      throws IOException, ArchiveException {
    try {
      EntryName target = EntryName.linkTarget(Files.readSymbolicLink(path));
      return headerOnly(name, EntryType.SYMBOLIC_LINK, stat, target);
    } catch (NoSuchFileException | NotLinkException e) {
      return null; // gone, or another thing by now: there the last pass sees what it is
    }
  }

  private IndexedEntry headerOnly(
      EntryName name, EntryType type, Stat stat, @Nullable EntryName link)
      throws IOException, ArchiveException {
    Content content =
        chunks == null
            ? Content.None.NONE
            : chunks.add(TarHeader.of(name, type, stat, 0, link), _ -> null);
    return new IndexedEntry(name, type, stat, 0, true, link, content);
  }

  private @Nullable IndexedEntry file(EntryName name, Path path, @Nullable IndexedEntry known)
      throws IOException, ArchiveException {
    // Earlier than the stat, so that what looks old by it was old then.
    long settledBefore = Stat.nanos(Instant.now()) - FilesystemSync.TICKS;
    try (SourceFile file = SourceFile.open(path, last ? null : sync)) {
      if (file == null) {
        return null;
      }
      Blocks blocks =
          known != null && known.content() instanceof Content.InBlocks in ? in.blocks() : null;
      Stat read = file.stat();
      Content content = capture.capture(name, file, blocks);
      boolean same = file.stayedTheSame();
      if (last && !same) {
        note(changedWhileRead, name);
      }
      filesRead++;
      bytesRead += read.size();
      boolean settled = same && read.changed() < settledBefore;
      return new IndexedEntry(name, EntryType.FILE, read, read.size(), settled, null, content);
    }
  }

  private static void note(List<EntryName> names, EntryName name) {
    if (names.size() < NAMED) {
      names.add(name);
    }
  }
}
