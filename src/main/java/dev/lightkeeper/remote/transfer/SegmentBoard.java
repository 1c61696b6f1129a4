package dev.lightkeeper.remote.transfer;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who does what next: every segment is moved, then verified. Shared by the threads of one transfer.
 */
final class SegmentBoard {
  private final long size;
  private final Stage[] stages;
  private final Deque<Integer> toMove = new ArrayDeque<>();
  private final Deque<Integer> toVerify = new ArrayDeque<>();
  private final Set<Integer> verifying = new HashSet<>();
  private boolean stopped;
  private int movers;

  private enum Stage {
    MISSING,
    MOVED,
    VERIFIED
  }

  /** What to do with a segment. */
  sealed interface Task {
    Segment segment();

    /** Put it where it belongs. */
    record Move(Segment segment) implements Task {}

    /** Read it back and compare. */
    record Verify(Segment segment) implements Task {}
  }

  /** Everything is still to be moved. */
  SegmentBoard(long size) {
    this.size = size;
    this.stages = new Stage[Segment.count(size)];
    reset();
  }

  /** Everything is to be moved, again perhaps; nobody may have a task now. */
  synchronized void reset() {
    toMove.clear();
    toVerify.clear();
    for (int i = 0; i < stages.length; i++) {
      stages[i] = Stage.MISSING;
      toMove.add(i);
    }
  }

  /**
   * The next task; waits while all that is left is being done by others. While anything is to be
   * moved, one reads back what is there and the others move: all of it is there the sooner.
   *
   * @param canMove whether the caller can move segments, or only verify
   * @return null when nothing is left, or {@link #stop} was called
   */
  synchronized @Nullable Task next(boolean canMove) throws InterruptedException {
    while (!stopped && !done()) {
      boolean moves = canMove && !toMove.isEmpty() && !verifying.isEmpty();
      Integer verify = moves ? null : toVerify.poll();
      if (verify != null) {
        verifying.add(verify);
        return new Task.Verify(Segment.of(verify, size));
      }
      Integer move = canMove ? toMove.poll() : null;
      if (move != null) {
        return new Task.Move(Segment.of(move, size));
      }
      if (!canMove && movers == 0) {
        return null; // whoever could have moved the rest is gone
      }
      wait();
    }
    return null;
  }

  /** Somebody who can move segments is at work, until {@link #moverLeft}. */
  synchronized void moverJoined() {
    movers++;
  }

  /** Those who only verify wait for it no longer. */
  synchronized void moverLeft() {
    movers--;
    notifyAll();
  }

  /** They are there, as an earlier attempt or process left them; they are to be verified. */
  synchronized void found(Collection<Integer> indexes) {
    for (int index : indexes) {
      if (index < stages.length && stages[index] == Stage.MISSING) {
        boolean _ = toMove.remove((Integer) index);
        stages[index] = Stage.MOVED;
        toVerify.add(index);
      }
    }
    notifyAll();
  }

  /** They are there and right, as an earlier process left them. */
  synchronized void kept(Collection<Integer> indexes) {
    found(indexes);
    for (int index : indexes) {
      if (index < stages.length) {
        boolean _ = toVerify.remove((Integer) index);
        stages[index] = Stage.VERIFIED;
      }
    }
  }

  /** It is there; it is to be verified. */
  synchronized void moved(Segment segment) {
    stages[segment.index()] = Stage.MOVED;
    toVerify.add(segment.index());
    notifyAll();
  }

  /** It is there and right. */
  synchronized void verified(Segment segment) {
    stages[segment.index()] = Stage.VERIFIED;
    verifying.remove(segment.index());
    notifyAll();
  }

  /** It is there and wrong: to be moved again. */
  synchronized void wrong(Segment segment) {
    stages[segment.index()] = Stage.MISSING;
    verifying.remove(segment.index());
    toMove.addFirst(segment.index());
    notifyAll();
  }

  /** Somebody else is to do it. */
  synchronized void putBack(Task task) {
    switch (task) {
      case Task.Move move -> toMove.addFirst(move.segment().index());
      case Task.Verify verify -> {
        verifying.remove(verify.segment().index());
        toVerify.addFirst(verify.segment().index());
      }
    }
    notifyAll();
  }

  /** Nobody gets a task any more. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** After {@link #stop}: tasks are given out again. */
  synchronized void resume() {
    stopped = false;
  }

  /** Bytes in all. */
  long size() {
    return size;
  }

  synchronized boolean done() {
    return bytes(Stage.VERIFIED) == size;
  }

  /** Bytes that are there, whether verified or not. */
  synchronized long bytesMoved() {
    return bytes(Stage.MOVED) + bytes(Stage.VERIFIED);
  }

  synchronized long bytesVerified() {
    return bytes(Stage.VERIFIED);
  }

  /** How many segments nobody is at. */
  synchronized int waiting() {
    return toMove.size() + toVerify.size();
  }

  private long bytes(Stage stage) {
    long bytes = 0;
    for (int i = 0; i < stages.length; i++) {
      if (stages[i] == stage) {
        bytes += Segment.of(i, size).length();
      }
    }
    return bytes;
  }
}
