package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that were created in advance, so that a publish needs no round trip to create one.
 *
 * <p>Few are kept ready; under load as many as are in use, up to a limit. A write-once server gets
 * one only: what is created there and not used can never be removed.
 */
final class SlotPool {
  private static final Logger LOG = LoggerFactory.getLogger(SlotPool.class);
  private static final int SPARE = 4;

  private final SftpFiles files;
  private final RemoteLayout layout;
  private final int limit;
  private final Capabilities capabilities;
  private final Semaphore permits;
  private final Deque<Slot> ready = new ArrayDeque<>();
  private int inUse;

  /** A file whose creation was asked for; the reply may be on its way. */
  record Slot(String path, Reply opening) {}

  /** A file to write to. The handle is good for one use. */
  record OpenSlot(String path, Handle handle) {}

  /** A server's name for an open file. */
  static final class Handle {
    private final byte[] bytes;

    Handle(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /**
   * @param limit how many files may be in use, and how many more may be ready
   */
  SlotPool(SftpFiles files, RemoteLayout layout, int limit, Capabilities capabilities) {
    this.files = files;
    this.layout = layout;
    this.limit = limit;
    this.capabilities = capabilities;
    this.permits = new Semaphore(limit);
  }

  /** Takes a slot, waiting while too many are in use. Give it back with {@link #release}. */
  OpenSlot take() throws RemoteException, RefusedException {
    permits.acquireUninterruptibly();
    synchronized (this) {
      inUse++;
    }
    boolean taken = false;
    try {
      OpenSlot slot = open();
      taken = true;
      return slot;
    } finally {
      if (!taken) {
        release();
      }
    }
  }

  /** A slot that was not created in advance: for when those may have been removed. */
  OpenSlot fresh() throws RemoteException, RefusedException {
    Slot slot = ask();
    try {
      return opened(slot);
    } catch (RefusedException e) {
      if (!e.missing()) {
        throw e;
      }
      files.makeFolder(layout.incoming());
      return opened(ask());
    }
  }

  /** Ends the use of one slot, whose handle was closed. */
  void release() {
    synchronized (this) {
      inUse--;
    }
    permits.release();
  }

  /** Asks for new slots behind what was sent, as many as the present load wants. */
  void refill() throws RemoteException {
    while (true) {
      synchronized (this) {
        int wanted = !capabilities.remove() ? 1 : Math.min(SPARE + inUse, limit);
        if (ready.size() >= wanted) {
          return;
        }
        ready.add(ask());
        if (ready.size() > SPARE) {
          return; // one for one: a burst does not become a larger burst
        }
      }
    }
  }

  /** The slots nobody used; they are no longer the pool's. */
  synchronized Deque<Slot> drain() {
    Deque<Slot> unused = new ArrayDeque<>(ready);
    ready.clear();
    return unused;
  }

  private OpenSlot open() throws RemoteException, RefusedException {
    Slot slot;
    synchronized (this) {
      slot = ready.poll();
    }
    if (slot != null) {
      try {
        return opened(slot);
      } catch (RefusedException e) {
        LOG.debug("A file that was asked for in advance was refused: {}", e.said());
      }
    }
    return fresh(); // what holds now is asked for afresh
  }

  private Slot ask() throws RemoteException {
    String path = layout.freshPart();
    return new Slot(path, files.create(path));
  }

  private OpenSlot opened(Slot slot) throws RemoteException, RefusedException {
    byte[] handle = files.handle(slot.opening(), "create", slot.path());
    return new OpenSlot(slot.path(), new Handle(handle));
  }
}
