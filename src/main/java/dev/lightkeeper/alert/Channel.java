package dev.lightkeeper.alert;

/** A way to people. Delivering once more what had arrived is harmless. */
public interface Channel {
  /**
   * Hands {@code notice} over; returns once the other side has taken it. Gives up after some ten
   * seconds of silence.
   *
   * @throws DeliveryException if it was not taken
   */
  void deliver(Notice notice) throws DeliveryException, InterruptedException;
}
