package dev.lightkeeper.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Writes gzip members to a stream in the order they are given, while several are being compressed.
 * For one thread.
 */
final class OrderedGzip implements AutoCloseable {
  /** Copies that may wait behind a member; they hold no memory of note. */
  private static final int PENDING = 256;

  private final GzipPool pool;
  private final OutputStream out;
  private final Arena arena = Arena.ofShared();
  private final Deque<Slot> free = new ArrayDeque<>();
  private final Deque<Piece> pending = new ArrayDeque<>();
  private final byte[] copy = new byte[1 << 16];
  private Slot current;

  private record Slot(ByteBuffer input, ByteBuffer output) {}

  private sealed interface Piece {
    record Compressing(Slot slot, Future<?> done) implements Piece {}

    record Copy(WorkFile from, long position, int length) implements Piece {}

    record Ready(ByteBuffer member) implements Piece {}
  }

  OrderedGzip(GzipPool pool, OutputStream out) {
    this.pool = pool;
    this.out = out;
    for (int i = 0; i <= pool.workers(); i++) {
      free.add(
          new Slot(
              arena.allocate(GzipPool.BUFFER).asByteBuffer(),
              arena.allocate(GzipEncoder.bound(GzipPool.BUFFER)).asByteBuffer()));
    }
    this.current = free.removeFirst();
  }

  /** The content of the next member; after {@link #endMember} it is another. */
  ByteBuffer buffer() {
    return current.input();
  }

  /** Ends the member, if there is something in it. */
  void endMember(boolean compressible) throws IOException {
    Slot slot = current;
    if (slot.input().position() == 0) {
      return;
    }
    slot.input().flip();
    Future<?> done =
        pool.submit(
            worker -> {
              GzipEncoder encoder = compressible ? worker.deflate() : worker.store();
              encoder.encode(slot.input(), slot.output());
              return slot;
            });
    pending.add(new Piece.Compressing(slot, done));
    writeWhatIsReady();
    while (free.isEmpty()) {
      writeFirst();
    }
    current = free.removeFirst();
    current.input().clear();
  }

  /** Ends the member and continues with one that is in {@code from}. */
  void copyMember(WorkFile from, long position, int length) throws IOException {
    endMember(true);
    add(new Piece.Copy(from, position, length));
  }

  /** Ends the member and continues with {@code member}. */
  void putMember(ByteBuffer member) throws IOException {
    endMember(true);
    add(new Piece.Ready(member.duplicate()));
  }

  /** Ends the member and writes all; the stream stays open. */
  void finish() throws IOException {
    endMember(true);
    while (!pending.isEmpty()) {
      writeFirst();
    }
  }

  private void add(Piece piece) throws IOException {
    pending.add(piece);
    writeWhatIsReady();
    while (pending.size() > PENDING) {
      writeFirst();
    }
  }

  private void writeWhatIsReady() throws IOException {
    while (!pending.isEmpty()
        && !(pending.getFirst() instanceof Piece.Compressing(_, Future<?> done)
            && !done.isDone())) {
      writeFirst();
    }
  }

  private void writeFirst() throws IOException {
    switch (pending.getFirst()) {
      case Piece.Compressing(Slot slot, Future<?> done) -> {
        await(done);
        write(slot.output());
        free.add(slot);
      }
      case Piece.Copy(WorkFile from, long position, int length) -> copy(from, position, length);
      case Piece.Ready(ByteBuffer member) -> write(member);
    }
    pending.removeFirst();
  }

  private void write(ByteBuffer member) throws IOException {
    while (member.hasRemaining()) {
      int count = Math.min(copy.length, member.remaining());
      member.get(copy, 0, count);
      out.write(copy, 0, count);
    }
  }

  private void copy(WorkFile from, long position, int length) throws IOException {
    for (int at = 0; at < length; ) {
      int count = Math.min(copy.length, length - at);
      from.read(position + at, ByteBuffer.wrap(copy, 0, count));
      out.write(copy, 0, count);
      at += count;
    }
  }

  private static void await(Future<?> done) throws IOException {
    try {
      done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error grave) {
        throw grave;
      }
      throw new IOException("compressing failed: " + e.getCause(), e.getCause());
    }
  }

  /** Frees the buffers, once nobody compresses into them. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    for (Piece piece : pending) {
      if (piece instanceof Piece.Compressing(_, Future<?> done)) {
        while (true) {
          try {
            done.get();
            break;
          } catch (InterruptedException e) {
            interrupted = true;
          } catch (ExecutionException e) {
            break;
          }
        }
      }
    }
    arena.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
