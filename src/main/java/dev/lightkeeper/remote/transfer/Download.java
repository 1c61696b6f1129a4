package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.Transfer;
import dev.lightkeeper.remote.transfer.SegmentBoard.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One archive on its way back: segments go into an unfinished file beside the target, which gets
 * its name once the whole has the right hash.
 */
final class Download {
  private final Lanes lanes;
  private final ArchiveName name;
  private final Path to;
  private final Path part;
  private final @Nullable Sha256 expected;
  private final Transfer transfer;

  Download(Lanes lanes, ArchiveName name, Path to, @Nullable Sha256 expected, Transfer transfer) {
    this.lanes = lanes;
    this.name = name;
    this.to = to.toAbsolutePath();
    this.part = this.to.resolveSibling(this.to.getFileName() + ".part");
    this.expected = expected;
    this.transfer = transfer;
  }

  void run() throws RemoteException, IOException, InterruptedException {
    if (Files.exists(to)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    long size = size();
    SegmentBoard board = new SegmentBoard(size);
    try (ProgressFile progress =
            new ProgressFile(
                transfer.progressFolder().resolve(to.getFileName() + ".download"),
                "%s %s: %d bytes, %s, to %s, in segments of %d"
                    .formatted(lanes.location(), name, size, expected, part, Segment.SIZE),
                part.toString());
        FileChannel target = open()) {
      if (target.size() > size || target.size() < endOfWhatIsNoted(progress, size)) {
        progress.startAnew(part.toString());
        target.truncate(0);
      }
      board.kept(progress.segments());
      Crew.Job job = lane -> new Downloader(lane.read(name.fileName()), board, target, progress);
      new Persistence(lanes, transfer.patience(), board)
          .run(lane -> new Crew(lanes, board, job).run(lane));
      finish(target, progress, size);
    }
  }

  private long size() throws RemoteException, IOException, InterruptedException {
    long[] size = {-1};
    new Persistence(lanes, transfer.patience(), new SegmentBoard(0))
        .run(lane -> size[0] = lane.size(name.fileName()).orElse(-1));
    if (size[0] < 0) {
      throw new RemoteException(
          Kind.NOT_FOUND,
          "archives/%s is not at %s".formatted(name, lanes.location()),
          "see what is there with 'lightkeeper archives'",
          null);
    }
    return size[0];
  }

  private static long endOfWhatIsNoted(ProgressFile progress, long size) {
    return progress.segments().stream()
        .filter(i -> i < Segment.count(size))
        .map(i -> Segment.of(i, size))
        .mapToLong(s -> s.from() + s.length())
        .max()
        .orElse(0);
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(
        part,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  private void finish(FileChannel target, ProgressFile progress, long size)
      throws RemoteException, IOException {
    target.force(true);
    if (expected != null && !Digests.of(target::read, 0, size).equals(expected)) {
      progress.delete();
      Files.delete(part);
      throw new RemoteException(
          Kind.TORN,
          "archives/%s at %s is not what its manifest says: it was damaged there"
              .formatted(name, lanes.location()),
          "use another archive or remote",
          null);
    }
    Files.createLink(to, part); // unlike a move, refuses what came there meanwhile
    Files.delete(part);
    try (FileChannel folder = FileChannel.open(to.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
    progress.delete();
  }

  /** Fetches over one connection. */
  private final class Downloader implements Crew.Hand {
    private final Lane.Content content;
    private final SegmentBoard board;
    private final FileChannel target;
    private final ProgressFile progress;

    Downloader(
        Lane.Content content, SegmentBoard board, FileChannel target, ProgressFile progress) {
      this.content = content;
      this.board = board;
      this.target = target;
      this.progress = progress;
    }

    @Override
    public void work() throws RemoteException, IOException, InterruptedException {
      for (Task task; (task = board.next(true)) != null; ) {
        boolean through = false;
        try {
          fetch(task.segment());
          through = true;
        } finally {
          if (!through) {
            board.putBack(task);
          }
        }
      }
    }

    private void fetch(Segment segment) throws RemoteException, IOException, InterruptedException {
      AtPosition sink = new AtPosition(target, segment.from());
      content.read(segment.from(), segment.length(), sink, transfer.limit());
      target.force(false);
      progress.add(segment);
      board.verified(segment);
      transfer.watcher().at(board.bytesMoved(), board.bytesVerified(), board.size());
    }

    @Override
    public void close() {
      content.close();
    }
  }

  /** Writes what comes to one place of a file that others write to as well. */
  private static final class AtPosition implements Lane.Sink {
    private final FileChannel target;
    private long at;

    AtPosition(FileChannel target, long at) {
      this.target = target;
      this.at = at;
    }

    @Override
    public void take(byte[] data, int length) throws IOException {
      for (ByteBuffer left = ByteBuffer.wrap(data, 0, length); left.hasRemaining(); ) {
        at += target.write(left, at);
      }
    }
  }
}
