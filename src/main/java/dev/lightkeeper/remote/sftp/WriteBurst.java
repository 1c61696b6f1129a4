package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The writes of one file, pipelined within a budget of bytes that all files share. */
final class WriteBurst {
  private final SftpFiles files;
  private final Semaphore budget;
  private final String path;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private @Nullable RefusedException refusal;

  private record Sent(Reply reply, int bytes) {}

  /**
   * @param budget a permit a byte that may be on its way; at least {@link SftpFiles#chunk}
   */
  WriteBurst(SftpFiles files, Semaphore budget, String path) {
    this.files = files;
    this.budget = budget;
    this.path = path;
  }

  /** Sends all of {@code content}; waits only for the budget. */
  void send(byte[] handle, byte[] content) throws RemoteException {
    for (int at = 0; at < content.length; at += files.chunk()) {
      int length = Math.min(files.chunk(), content.length - at);
      // Own replies first: waiting for others while holding a share could wait for ever.
      while (!budget.tryAcquire(length)) {
        if (sent.isEmpty()) {
          budget.acquireUninterruptibly(length);
          break;
        }
        settleOne();
      }
      try {
        sent.add(new Sent(files.write(handle, content, at, length), length));
      } catch (RemoteException e) {
        budget.release(length);
        throw e;
      }
    }
  }

  /** Waits for all replies; the first refusal, if there was one. */
  @Nullable RefusedException settle() throws RemoteException {
    while (!sent.isEmpty()) {
      settleOne();
    }
    return refusal;
  }

  /** Gives back what is still held, after a failure of the connection. */
  void abandon() {
    sent.forEach(one -> budget.release(one.bytes()));
    sent.clear();
  }

  private void settleOne() throws RemoteException {
    Sent first = sent.remove();
    try {
      files.ok(first.reply(), "write", path);
    } catch (RefusedException e) {
      refusal = refusal == null ? e : refusal;
    } finally {
      budget.release(first.bytes());
    }
  }
}
