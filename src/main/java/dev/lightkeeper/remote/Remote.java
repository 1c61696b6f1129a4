package dev.lightkeeper.remote;

/**
 * A place that keeps versions and archives: an address and what it takes to log in there.
 * Thread-safe.
 */
public interface Remote {
  /** The name in the configuration. */
  String name();

  /** The address, for people; without secrets. */
  String location();

  /**
   * Connects and logs in. Checks the server's identity before anything is sent. Takes a bounded
   * time (at most 20 seconds).
   *
   * @throws RemoteException of kind UNREACHABLE, HOST_KEY, AUTHENTICATION, PERMISSION or NOT_FOUND
   *     (the target folder is missing)
   * @throws InterruptedException if the calling thread was interrupted; nothing is left open
   */
  RemoteSession connect() throws RemoteException, InterruptedException;

  /** The archives kept there; connects when first used. */
  ArchiveShelf archives();
}
