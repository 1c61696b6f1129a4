package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.remote.RemoteException;

/** The connections that can be made to one remote. Thread-safe. */
public interface Lanes {
  /** The address, for people; without secrets. */
  String location();

  /** How many are worth having at once, at most. */
  int most();

  /** Makes one more connection; takes a bounded time. */
  Lane open() throws RemoteException, InterruptedException;
}
