package dev.lightkeeper.remote.transfer;

import java.time.Duration;

/**
 * How many bytes may be on their way over one connection in one direction.
 *
 * <p>It grows while answers come about as fast as on an idle line, and shrinks when they queue: on
 * a slow uplink megabytes ahead would hold up keepalives until a sound server looks dead.
 * Thread-safe.
 */
public final class FlightWindow {
  /** A shorter round trip does not matter: a connection is held by processors and disks. */
  public static final Duration NOTICEABLE = Duration.ofMillis(8);

  private static final int LEAST = 128 << 10;
  private static final int FIRST = 512 << 10; // a second's worth of a slow uplink
  private static final int SMALLEST_CHUNK = 32 << 10; // what every server takes
  private static final long SLACK = Duration.ofMillis(300).toNanos();
  private static final long TOO_LONG = Duration.ofMillis(1_500).toNanos();

  private final long roundTrip;
  private final int most;
  private int size = FIRST;
  private int out;
  private long lastLatency = Long.MAX_VALUE;

  /**
   * @param roundTrip as measured on the idle line
   * @param most bytes that may be on their way, at most
   */
  public FlightWindow(Duration roundTrip, int most) {
    this.roundTrip = roundTrip.toNanos();
    this.most = most;
  }

  /** How much to send in one request, where the server takes {@code largest} at most. */
  public synchronized int chunk(int largest) {
    return Math.clamp(size / 8, Math.min(SMALLEST_CHUNK, largest), largest);
  }

  /** Takes room for {@code bytes} if there is any; there always is if nothing is on its way. */
  public synchronized boolean tryTake(int bytes) {
    if (out > 0 && out + bytes > size) {
      return false;
    }
    out += bytes;
    return true;
  }

  /** Waits for room. Only for one who holds none: two who hold some might wait for each other. */
  public synchronized void take(int bytes) throws InterruptedException {
    while (!tryTake(bytes)) {
      wait();
    }
  }

  /** Gives room back: an answer came. */
  public synchronized void answered(int bytes, Duration latency) {
    out -= bytes;
    lastLatency = latency.toNanos();
    if (lastLatency < 2 * roundTrip + SLACK) {
      size = Math.min(most, size + bytes);
    } else if (lastLatency > 2 * roundTrip + TOO_LONG) {
      size = Math.max(LEAST, size - bytes);
    }
    notifyAll();
  }

  /** Gives room back without having learned anything. */
  public synchronized void abandoned(int bytes) {
    out -= bytes;
    notifyAll();
  }

  /** Whether the room has grown a good deal, and answers still come as on an idle line. */
  public synchronized boolean heldByRoundTrip() {
    return roundTrip > NOTICEABLE.toNanos()
        && size >= most / 2
        && lastLatency < 2 * roundTrip + SLACK / 3;
  }
}
