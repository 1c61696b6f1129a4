package dev.lightkeeper.watch;

import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.Observation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at one node's file, one look after the other, and tells what changed since the last
 * observation. A virtual thread exists only while there is something to look at.
 */
final class WatchedNode {
  private static final Logger log = LoggerFactory.getLogger(WatchedNode.class);

  /** Longer than a tick of any file system's clock, so that a later write shows in the stamp. */
  private static final Duration SETTLE = Duration.ofMillis(20);

  private static final int MOST_TRIES = 50;
  private static final int MOST_UNSETTLED = 5;
  private static final int MOST_FOLLOWED = 10; // a tree that is being removed, level by level
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private final Node node;
  private final FileReader reader;
  private final InstantSource clock;
  private final Consumer<Observation> sink;
  private final @Nullable DirectoryEvents events;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();
  private @Nullable Cause pending;
  private @Nullable Thread worker;
  private boolean closed;

  // Only the worker touches these; the lock hands them from one worker to the next.
  private @Nullable Object lastSaid;
  private @Nullable FileStamp settled;
  private @Nullable WatchPoint direct; // the whole way to the file, where no link is on it
  private int unsettled;

  WatchedNode(
      Node node,
      InstantSource clock,
      Consumer<Observation> sink,
      @Nullable DirectoryEvents events) {
    this.node = node;
    this.reader = new FileReader(node.file());
    this.clock = clock;
    this.sink = sink;
    this.events = events;
  }

  /** Has the file looked at soon; returns at once. */
  void wake(Cause cause) {
    lock.lock();
    try {
      // Of two events the later one counts: a file that arrived after a write is complete.
      if (pending == null || cause.compareTo(Cause.TOUCHED) >= 0 || cause.compareTo(pending) > 0) {
        pending = cause;
      }
      woken.signalAll();
      if (worker == null && !closed) {
        worker = Thread.ofVirtual().name("watch-" + node.name()).start(this::work);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Compares stamps on the caller's thread, and has the file looked at only if one moved: at rest
   * that spares a thread for each node and poll.
   */
  void glance() {
    lock.lock();
    try {
      if (closed || worker != null) {
        return; // it is looked at anyway
      }
      worker = Thread.currentThread();
    } finally {
      lock.unlock();
    }
    boolean still = false;
    try {
      FileStamp known = settled;
      WatchPoint way = direct;
      boolean asItWas =
          known != null && way != null && reached() && way.stands() && reader.isItself(known);
      still = asItWas || (known != null && !follow() && reader.isStill(known));
    } catch (RuntimeException e) {
      log.debug("{}: {}", node.name(), e.toString()); // looking at it meets the same
    } finally {
      ended(still);
    }
  }

  private boolean reached() {
    return events != null && events.reaches(this);
  }

  private void ended(boolean still) {
    lock.lock();
    try {
      worker = null;
      if (!still) {
        settled = null;
      }
      if (!still || pending != null) {
        wake(pending == null ? Cause.POLL : pending);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Stops looking; waits for a look in progress, unless the file system or the sink hangs. */
  void close() {
    Thread last;
    lock.lock();
    try {
      closed = true;
      woken.signalAll();
      last = worker;
    } finally {
      lock.unlock();
    }
    if (last == null || last == Thread.currentThread()) {
      return;
    }
    try {
      last.join(LONGEST_CLOSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    for (Cause cause = next(); cause != null; cause = next()) {
      try {
        look(cause);
      } catch (RuntimeException | Error e) {
        // What was not delivered is looked at again at the next poll: watching must never end.
        settled = null;
        log.error("{}: a change could not be handed on, trying again", node.name(), e);
      }
    }
  }

  private @Nullable Cause next() {
    lock.lock();
    try {
      Cause cause = closed ? null : pending;
      pending = null;
      if (cause == null) {
        worker = null;
      }
      return cause;
    } finally {
      lock.unlock();
    }
  }

  private void look(Cause cause) {
    if (cause == Cause.ARRIVED && arrived()) {
      return;
    }
    boolean followedAnew = follow();
    FileStamp known = settled;
    if (cause == Cause.POLL && !followedAnew && known != null && reader.isStill(known)) {
      return;
    }
    settle();
  }

  /** Registers until the way to the file stayed the same while registering. */
  private boolean follow() {
    if (events == null) {
      return false;
    }
    direct = null;
    for (int tries = 0; tries < MOST_FOLLOWED; tries++) {
      Set<WatchPoint> points = WatchPoint.of(node.file());
      if (!events.follow(this, points)) {
        WatchPoint first = points.isEmpty() ? null : points.iterator().next();
        direct = first != null && first.holdsFile() ? first : null;
        return tries > 0;
      }
    }
    return true;
  }

  private boolean arrived() {
    if (reader.look() instanceof Look.Whole whole && whole.backup().size() > 0) {
      // Younger than a clock tick: its stamp would hide a write, so the next poll reads it again.
      settled = null;
      say(whole);
      return true;
    }
    return false;
  }

  /** Waits until the file is left alone; gives way to a file that arrives meanwhile. */
  private void settle() {
    Look before = reader.look();
    boolean first = lastSaid == null;
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      if (!(first && before instanceof Look.Missing) && isInterrupted(before)) {
        return;
      }
      Look after = reader.look();
      if (after.equals(before) && !(after instanceof Look.Moving)) {
        unsettled = 0;
        settled = after instanceof Look.Whole whole ? whole.stamp() : null;
        say(after);
        return;
      }
      before = after;
    }
    settled = null;
    if (++unsettled >= MOST_UNSETTLED) {
      say(
          new Look.Barred(
              node.file()
                  + " is written without a pause, so it cannot be read whole; find what"
                  + " writes it (fuser -v shows that)"));
    }
  }

  private boolean isInterrupted(Look before) {
    if (lastSaid != null && lastSaid.equals(essence(before)) && !(before instanceof Look.Whole)) {
      return closedOrArrived(Duration.ZERO);
    }
    return closedOrArrived(SETTLE);
  }

  private boolean closedOrArrived(Duration wait) {
    lock.lock();
    try {
      long rest = wait.toNanos();
      while (!closed && pending != Cause.ARRIVED && rest > 0) {
        rest = woken.awaitNanos(rest);
      }
      return closed || pending == Cause.ARRIVED;
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a look", e);
    } finally {
      lock.unlock();
    }
  }

  private void say(Look look) {
    Object essence = essence(look);
    if (essence.equals(lastSaid)) {
      return;
    }
    switch (look) {
      case Look.Whole w ->
          sink.accept(new Observation.Captured(node.name(), clock.instant(), w.backup()));
      case Look.Missing m ->
          sink.accept(new Observation.Absent(node.name(), clock.instant(), m.reason()));
      case Look.Barred b ->
          sink.accept(new Observation.Unreadable(node.name(), clock.instant(), b.reason()));
      case Look.Moving m -> throw new IllegalArgumentException("a torn read says nothing");
    }
    lastSaid = essence;
  }

  /** What must change for an observation to be worth making: the stamp is no part of it. */
  private static Object essence(Look look) {
    return look instanceof Look.Whole whole ? whole.backup() : look;
  }
}
