package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.sftp.SftpWire.Reply;
import dev.lightkeeper.remote.transfer.FlightWindow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** The requests of one thread that are on their way, and their share of the connection's window. */
final class Flight {
  private final FlightWindow window;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private int unsent;

  /**
   * @param at the file's position that was asked about
   * @param sentAt {@link System#nanoTime}
   */
  record Sent(Reply reply, long at, int bytes, long sentAt) {}

  Flight(FlightWindow window) {
    this.window = window;
  }

  /** Takes room if there is any. */
  boolean room(int bytes) {
    if (unsent > 0) {
      return true;
    }
    if (!window.tryTake(bytes)) {
      return false;
    }
    unsent = bytes;
    return true;
  }

  /** Waits for room, unless {@link #room} found it. Only when nothing of this is on its way. */
  void take(int bytes) throws InterruptedException {
    if (unsent == 0) {
      window.take(bytes);
      unsent = bytes;
    }
  }

  void sent(Reply reply, long at, int bytes) {
    sent.add(new Sent(reply, at, bytes, System.nanoTime()));
    unsent = 0;
  }

  boolean empty() {
    return sent.isEmpty();
  }

  /** Whether the first reply is there. */
  boolean arrived() {
    return !sent.isEmpty() && SftpWire.arrived(sent.getFirst().reply());
  }

  Sent first() {
    return sent.getFirst();
  }

  /** The first reply was taken in. */
  void answered() {
    Sent first = sent.removeFirst();
    window.answered(first.bytes(), Duration.ofNanos(System.nanoTime() - first.sentAt()));
  }

  /** Gives back what is still held, after a failure. */
  void abandon() {
    sent.forEach(one -> window.abandoned(one.bytes()));
    sent.clear();
    window.abandoned(unsent);
    unsent = 0;
  }
}
