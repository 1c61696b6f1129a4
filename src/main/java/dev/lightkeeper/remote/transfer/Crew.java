package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads and connections of one attempt at a transfer. */
final class Crew {
  private static final Logger LOG = LoggerFactory.getLogger(Crew.class);
  private static final Duration GLANCE = Duration.ofMillis(20);
  // One sends while the other waits for a sync or reads back: both directions stay busy.
  private static final int THREADS_A_LANE = 2;
  private static final int SEGMENTS_WORTH_A_LANE = 2;
  private static final Duration PROOF = Duration.ofSeconds(10);

  private final Lanes lanes;
  private final SegmentBoard board;
  private final Job job;
  private final List<Lane> open = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Thread> connecting = new ArrayList<>();
  private @Nullable Exception failure;
  private final CountDownLatch worthwhile = new CountDownLatch(1);
  private int workers;
  private int asked;
  private int tries;

  /** What is done over one connection. */
  interface Job {
    /** Gets ready to work over {@code lane}. */
    Hand join(Lane lane) throws RemoteException, IOException;
  }

  /** Works over one connection, in several threads at once. */
  interface Hand extends AutoCloseable {
    /** Works until nothing is left. */
    void work() throws RemoteException, IOException, InterruptedException;

    @Override
    void close();
  }

  Crew(Lanes lanes, SegmentBoard board, Job job) {
    this.lanes = lanes;
    this.board = board;
    this.job = job;
  }

  /**
   * Works until the board is done, over {@code first} and as many more connections as help; all but
   * the first are closed.
   *
   * @throws RemoteException if no connection is left, or one was refused what it needs
   */
  void run(Lane first) throws RemoteException, IOException, InterruptedException {
    board.resume();
    try {
      start(first);
      while (busy()) {
        Thread.sleep(GLANCE);
        if (first.heldByRoundTrip()) {
          worthwhile.countDown();
        }
        // Connecting takes many round trips: begun before it is known to help.
        if (first.distant() && (worthwhile.getCount() == 0 || tries < 1)) {
          grow();
        }
      }
    } finally {
      disband(first);
    }
    if (!board.done()) {
      rethrow();
    }
  }

  private synchronized void grow() {
    int more = Math.min(lanes.most() - 1 - asked, board.waiting() / SEGMENTS_WORTH_A_LANE);
    if (more > 0) {
      tries++;
    }
    for (int i = 0; i < more; i++) {
      asked++;
      Thread thread = Thread.ofVirtual().name("archive-connect").start(this::openAnother);
      connecting.add(thread);
      threads.add(thread);
    }
  }

  private void openAnother() {
    try {
      Lane lane = lanes.open();
      synchronized (this) {
        open.add(lane);
      }
      if (worthwhile.await(PROOF.toMillis(), TimeUnit.MILLISECONDS)) {
        start(lane);
      } else {
        lane.close();
        synchronized (this) {
          asked--;
        }
      }
    } catch (RemoteException | IOException e) {
      // Those that are open go on: this one was only to help.
      LOG.debug("One connection less to {}: {}", lanes.location(), e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(Lane lane) throws RemoteException, IOException {
    Hand hand = job.join(lane);
    synchronized (this) {
      workers += THREADS_A_LANE;
      List<Thread> own = new ArrayList<>();
      for (int i = 0; i < THREADS_A_LANE; i++) {
        own.add(Thread.ofVirtual().name("archive-transfer").start(() -> work(hand)));
      }
      threads.addAll(own);
      threads.add(Thread.ofVirtual().start(() -> closeAfter(own, hand)));
    }
  }

  private static void closeAfter(List<Thread> own, Hand hand) {
    try {
      for (Thread thread : own) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      hand.close();
    }
  }

  private void work(Hand hand) {
    try {
      hand.work();
    } catch (RemoteException e) {
      fail(e);
      if (e.kind() != Kind.UNREACHABLE) {
        board.stop();
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
      board.stop();
    } catch (InterruptedException e) {
      board.stop();
    } finally {
      synchronized (this) {
        workers--;
      }
    }
  }

  private synchronized void fail(Exception e) {
    // What a broken connection causes says less than what the server or the disk said.
    if (failure == null || (failure instanceof RemoteException r && r.kind() == Kind.UNREACHABLE)) {
      failure = e;
    }
  }

  private synchronized boolean busy() {
    return workers > 0;
  }

  private void disband(Lane first) {
    board.stop();
    if (!board.done()) {
      // Whoever waits for an answer fails now. Interrupting would close files all of them share.
      first.close();
      closeOthers();
    }
    boolean interrupted = false;
    // One that was connecting may still start others.
    for (Thread thread; (thread = nextThread()) != null; ) {
      try {
        thread.join();
        ended(thread);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    closeOthers();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void closeOthers() {
    open.forEach(Lane::close);
  }

  private synchronized @Nullable Thread nextThread() {
    connecting.forEach(Thread::interrupt);
    return threads.isEmpty() ? null : threads.getLast();
  }

  private synchronized void ended(Thread thread) {
    boolean _ = threads.remove(thread);
  }

  private synchronized void rethrow() throws RemoteException, IOException, InterruptedException {
    switch (failure) {
      case RemoteException e -> throw e;
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case null, default -> throw new InterruptedException("the transfer was stopped");
    }
  }
}
