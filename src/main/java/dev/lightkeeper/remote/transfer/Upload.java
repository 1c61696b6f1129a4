package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import dev.lightkeeper.remote.Transfer;
import dev.lightkeeper.remote.transfer.SegmentBoard.Task;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One archive on its way to one remote: written in segments into an unfinished file, each segment
 * synced, noted, read back and compared with the local file; then named, and its manifest put
 * beside it.
 *
 * <p>Every segment is read back by the process that finishes the upload, also those that an earlier
 * one wrote.
 */
final class Upload {
  private static final int WRONG_SEGMENTS = 4;

  private final Lanes lanes;
  private final Path file;
  private final ArchiveName name;
  private final byte[] manifest;
  private final Transfer transfer;
  private final long size;
  private final String subject;
  private final SegmentBoard board;
  private int wrong;

  /**
   * @throws IllegalArgumentException if {@code manifest} does not say size and hash
   */
  Upload(Lanes lanes, Path file, ArchiveName name, byte[] manifest, Transfer transfer)
      throws IOException {
    this.lanes = lanes;
    this.file = file;
    this.name = name;
    this.manifest = manifest.clone();
    this.transfer = transfer;
    this.size = Files.size(file);
    this.subject = subject();
    this.board = new SegmentBoard(size);
  }

  void run() throws RemoteException, IOException, InterruptedException {
    try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ);
        ProgressFile progress =
            new ProgressFile(
                transfer.progressFolder().resolve(name.fileName() + ".upload"),
                subject,
                PartName.fresh(name.fileName()))) {
      board.found(progress.segments());
      report();
      try (Soundness local = Soundness.check(source, size, manifestFields())) {
        new Persistence(lanes, transfer.patience(), board)
            .run(lane -> attempt(lane, source, progress, local));
      }
      progress.delete();
    }
  }

  private void attempt(Lane lane, FileChannel source, ProgressFile progress, Soundness local)
      throws RemoteException, IOException, InterruptedException {
    OptionalLong named = lane.size(name.fileName());
    if (named.isEmpty()) {
      send(lane, source, progress, local);
    } else if (lane.size(name.manifestName()).isEmpty()) {
      finish(lane, source, named.getAsLong());
    }
    requireUnchanged();
    local.require(file);
    SmallFile.place(lane, name.manifestName(), manifest);
  }

  private void send(Lane lane, FileChannel source, ProgressFile progress, Soundness local)
      throws RemoteException, IOException, InterruptedException {
    @Nullable String abandoned = progress.abandoned();
    if (abandoned != null) {
      boolean _ = lane.remove(abandoned);
    }
    Leftovers.sweep(lane, progress.part());
    try (Lane.Part part = open(lane, progress)) {
      Crew.Job job =
          l ->
              l.equals(lane)
                  ? new Uploader(part, false, l.read(progress.part()), source, progress)
                  : new Uploader(
                      l.reopen(progress.part()).orElse(null),
                      true,
                      l.read(progress.part()),
                      source,
                      progress);
      new Crew(lanes, board, job).run(lane);
      requireUnchanged();
      local.require(file);
      if (lane.size(progress.part()).orElse(-1) != size) {
        throw torn(progress.part());
      }
      if (!lane.rename(progress.part(), name.fileName())) {
        throw taken();
      }
      part.sync();
    } catch (RemoteException e) {
      if (e.kind() == Kind.NO_SPACE) {
        discard(progress);
      }
      throw e;
    }
  }

  /** It has its name, and something went wrong before its manifest was there. */
  private void finish(Lane lane, FileChannel source, long named)
      throws RemoteException, IOException, InterruptedException {
    if (named != size) {
      throw taken();
    }
    board.found(IntStream.range(0, Segment.count(size)).boxed().toList());
    Crew.Job job = l -> new Uploader(null, true, l.read(name.fileName()), source, null);
    new Crew(lanes, board, job).run(lane);
  }

  /** Opens what was begun, if it is still what was noted and the server lets; else a new one. */
  private Lane.Part open(Lane lane, ProgressFile progress) throws RemoteException, IOException {
    if (progress.takeFresh()) {
      return lane.create(progress.part());
    }
    OptionalLong there = lane.size(progress.part());
    if (there.isPresent()) {
      if (there.getAsLong() >= endOfWhatIsNoted(progress) && there.getAsLong() <= size) {
        Lane.@Nullable Part part = lane.reopen(progress.part()).orElse(null);
        if (part != null) {
          return part;
        }
      }
      boolean _ = lane.remove(progress.part());
    }
    startAnew(progress);
    return lane.create(progress.part());
  }

  private void startAnew(ProgressFile progress) throws IOException {
    progress.startAnew(PartName.fresh(name.fileName()));
    board.reset();
    report();
  }

  /** An unfinished archive must not fill the disk that channel backups go to. */
  private void discard(ProgressFile progress) throws IOException, InterruptedException {
    try (Lane lane = lanes.open()) {
      if (lane.remove(progress.part())) {
        startAnew(progress);
      }
    } catch (RemoteException e) {
      // It stays, noted: the next call continues or removes it.
    }
  }

  private long endOfWhatIsNoted(ProgressFile progress) {
    return progress.segments().stream()
        .filter(i -> i < Segment.count(size))
        .map(i -> Segment.of(i, size))
        .mapToLong(s -> s.from() + s.length())
        .max()
        .orElse(0);
  }

  private ArchiveManifest manifestFields() {
    return ArchiveManifest.parse(manifest)
        .orElseThrow(() -> new IllegalArgumentException("the manifest lacks size and sha256"));
  }

  private String subject() throws IOException {
    BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
    return "%s %s: %d bytes of %s, file %s, in segments of %d"
        .formatted(
            lanes.location(),
            name,
            is.size(),
            is.lastModifiedTime().toInstant(),
            is.fileKey(),
            Segment.SIZE);
  }

  private void requireUnchanged() throws IOException {
    if (!subject().equals(subject)) {
      throw new IOException(file + " changed while it was sent: it has to be sent anew");
    }
  }

  private synchronized void report() {
    transfer.watcher().at(board.bytesMoved(), board.bytesVerified(), size);
  }

  private synchronized void countWrong(String path) throws RemoteException {
    wrong++;
    if (wrong >= WRONG_SEGMENTS) {
      throw torn(path);
    }
  }

  private RemoteException torn(String path) {
    return new RemoteException(
        Kind.TORN,
        "archives/%s at %s does not read back as it was written".formatted(path, lanes.location()),
        "check that server's disk and memory",
        null);
  }

  private RemoteException taken() {
    return new RemoteException(
        Kind.FAILED,
        "archives/%s is at %s already, without a manifest, and is another file"
            .formatted(name, lanes.location()),
        "look into that folder: an upload was cut short there, or something else writes there",
        null);
  }

  /** Sends and verifies over one connection. */
  private final class Uploader implements Crew.Hand {
    private final Lane.@Nullable Part part;
    private final boolean closesPart;
    private final Lane.Content back;
    private final FileChannel source;
    private final @Nullable ProgressFile progress;

    /**
     * @param part null if this server lets only one write: then this one verifies
     */
    Uploader(
        Lane.@Nullable Part part,
        boolean closesPart,
        Lane.Content back,
        FileChannel source,
        @Nullable ProgressFile progress) {
      this.part = part;
      this.closesPart = closesPart;
      this.back = back;
      this.source = source;
      this.progress = progress;
      if (part != null) {
        board.moverJoined();
      }
    }

    @Override
    public void work() throws RemoteException, IOException, InterruptedException {
      for (Task task; (task = board.next(part != null)) != null; ) {
        boolean through = false;
        try {
          switch (task) {
            case Task.Move move -> move(move.segment());
            case Task.Verify verify -> verify(verify.segment());
          }
          through = true;
        } finally {
          if (!through) {
            board.putBack(task);
          }
        }
        report();
      }
    }

    private void move(Segment segment) throws RemoteException, IOException, InterruptedException {
      if (part == null || progress == null) {
        throw new IllegalStateException("this one only verifies");
      }
      part.write(source::read, segment.from(), segment.length(), transfer.limit());
      progress.add(segment);
      board.moved(segment);
    }

    private void verify(Segment segment) throws RemoteException, IOException, InterruptedException {
      Sha256 found = Digests.of(back, segment, transfer.limit());
      if (found.equals(Digests.of(source::read, segment.from(), segment.length()))) {
        board.verified(segment);
        return;
      }
      if (progress == null) {
        throw taken();
      }
      countWrong(progress.part());
      progress.remove(segment);
      board.wrong(segment);
    }

    @Override
    public void close() {
      if (part != null) {
        board.moverLeft();
      }
      if (part != null && closesPart) {
        part.close();
      }
      back.close();
    }
  }
}
