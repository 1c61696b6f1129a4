package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Puts content under a name, durably, in as few round trips as the server allows. */
final class Placement {
  // What may be on its way: more would delay keepalives on a slow uplink until the peer looks dead.
  private static final int BYTES_IN_FLIGHT = 512 << 10;

  private final SftpFiles files;
  private final SlotPool slots;
  private final boolean fsync;
  private final Semaphore budget = new Semaphore(BYTES_IN_FLIGHT);

  /** How a file gets its name. */
  enum Naming {
    /** Only if nothing has that name. */
    FRESH,
    /**
     * The same, once the content is known to be there: a round trip more, and never a torn name.
     */
    FRESH_IN_STEPS,
    /** Atomically in the place of what has that name. */
    REPLACE
  }

  /**
   * @param fsync whether the server can sync; without, files are closed before they are renamed
   */
  Placement(SftpFiles files, SlotPool slots, boolean fsync) {
    this.files = files;
    this.slots = slots;
    this.fsync = fsync;
  }

  /**
   * Writes, syncs, renames and syncs again; onto a fresh name in one flight: no reply is waited for
   * before all is sent. The second sync makes the rename durable: folders cannot be synced over
   * SFTP, but on a journaling file system syncing a file commits the transaction its rename is in.
   *
   * @throws NamingRefused if the content was written and only the naming was refused
   * @throws RefusedException if anything else was refused; nothing torn has the name, if the server
   *     allows to remove it
   */
  void place(byte[] content, String path, Naming naming)
      throws RemoteException, RefusedException, NamingRefused {
    SlotPool.OpenSlot slot = slots.take();
    try {
      try {
        fly(slot, content, path, naming);
      } catch (NamingRefused e) {
        if (!e.refusal().missing()) {
          throw e;
        }
        // The slot itself may have been cleaned away meanwhile: once more with a new one.
        fly(slots.fresh(), content, path, naming);
      } catch (RefusedException e) {
        if (!e.missing()) {
          throw e;
        }
        // Some servers forget a handle that was opened in advance. What the rename behind it may
        // have named is torn: removed by now, or refused and gone round by the publisher.
        fly(slots.fresh(), content, path, naming);
      }
    } finally {
      slots.release();
    }
  }

  private void fly(SlotPool.OpenSlot slot, byte[] content, String path, Naming naming)
      throws RemoteException, RefusedException, NamingRefused {
    byte[] handle = slot.handle().bytes();
    WriteBurst writes = new WriteBurst(files, budget, slot.path());
    try {
      writes.send(handle, content);
      Reply stored = fsync ? files.fsync(handle) : files.close(handle);
      if (fsync && naming == Naming.FRESH) {
        finishInFlight(slot, path, writes, stored);
      } else {
        finishInSteps(slot, path, naming, writes, stored);
      }
    } finally {
      writes.abandon();
    }
  }

  private void finishInFlight(SlotPool.OpenSlot slot, String path, WriteBurst writes, Reply stored)
      throws RemoteException, RefusedException, NamingRefused {
    Reply named = files.rename(slot.path(), path);
    Reply settled = files.fsync(slot.handle().bytes());
    files.close(slot.handle().bytes());
    slots.refill();
    RefusedException torn = first(writes.settle(), refusal(stored, "store", slot.path()));
    RefusedException unnamed = refusal(named, "rename to", path);
    if (torn != null) {
      // The rename behind a failed write happens all the same.
      files.remove(unnamed == null ? path : slot.path());
      throw torn;
    }
    if (unnamed != null) {
      files.remove(slot.path());
      throw new NamingRefused(unnamed);
    }
    files.ok(settled, "sync", path);
  }

  /** Never renames before the content is known to be there: a good file may have the name. */
  private void finishInSteps(
      SlotPool.OpenSlot slot, String path, Naming naming, WriteBurst writes, Reply stored)
      throws RemoteException, RefusedException, NamingRefused {
    byte[] handle = slot.handle().bytes();
    RefusedException torn = first(writes.settle(), refusal(stored, "store", slot.path()));
    if (torn != null) {
      if (fsync) {
        files.close(handle);
      }
      files.remove(slot.path());
      throw torn;
    }
    Reply named = rename(slot.path(), path, naming);
    @Nullable Reply settled = fsync ? files.fsync(handle) : null;
    if (fsync) {
      files.close(handle);
      slots.refill();
    }
    RefusedException unnamed = refusal(named, "rename to", path);
    if (unnamed != null) {
      files.remove(slot.path());
      throw new NamingRefused(unnamed);
    }
    if (settled != null) {
      files.ok(settled, "sync", path);
    }
  }

  private Reply rename(String from, String to, Naming naming) throws RemoteException {
    return switch (naming) {
      case FRESH, FRESH_IN_STEPS -> files.rename(from, to);
      case REPLACE -> files.replace(from, to);
    };
  }

  private @Nullable RefusedException refusal(Reply reply, String operation, String path)
      throws RemoteException {
    try {
      files.ok(reply, operation, path);
      return null;
    } catch (RefusedException e) {
      return e;
    }
  }

  private static @Nullable RefusedException first(
      @Nullable RefusedException one, @Nullable RefusedException other) {
    return one != null ? one : other;
  }
}
