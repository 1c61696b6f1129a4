package dev.lightkeeper.remote.transfer;

import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.RemoteException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One connection, and what it does to the files of the remote's {@code archives} folder, which it
 * makes if need be. Thread-safe; what several threads ask for is pipelined. After a failure of kind
 * UNREACHABLE every further call fails at once.
 */
public interface Lane extends AutoCloseable {
  /** A file in the folder. */
  record Entry(String name, long size, Instant modified) {}

  /** Where bytes that are sent come from, such as a file. */
  interface Source {
    /** Reads some bytes from {@code position} on; -1 at the end. */
    int read(ByteBuffer into, long position) throws IOException;
  }

  /** Takes bytes that arrive, in order. */
  interface Sink {
    /** Takes the first {@code length} of {@code data}, which it must not keep. */
    void take(byte[] data, int length) throws IOException;
  }

  /** A file that is open for writing. */
  interface Part extends AutoCloseable {
    /**
     * Writes {@code length} bytes from {@code position} on, the same in source and file. They are
     * durable when it returns, where the server can do that.
     *
     * @throws IOException if the source fails or ends early
     */
    void write(Source source, long position, long length, RateLimit limit)
        throws RemoteException, IOException, InterruptedException;

    /** Makes the file, and its name, durable. */
    void sync() throws RemoteException;

    @Override
    void close();
  }

  /** A file that is open for reading. */
  interface Content extends AutoCloseable {
    /**
     * Reads {@code length} bytes from {@code position} on.
     *
     * @throws RemoteException of kind TORN if the file ends early
     * @throws IOException if the sink fails
     */
    void read(long position, long length, Sink sink, RateLimit limit)
        throws RemoteException, IOException, InterruptedException;

    @Override
    void close();
  }

  /** What this server can do, as far as is known by now. */
  Features features();

  /** Whether the connection still answers, as far as is known without asking. */
  boolean alive();

  /** Whether a round trip takes long enough to matter. */
  boolean distant();

  /** Whether the round trip is what holds it back now, so that another connection would help. */
  boolean heldByRoundTrip();

  /** The files in the folder; folders are left out. */
  List<Entry> list() throws RemoteException;

  /** A file's size; empty if it is not there. */
  OptionalLong size(String name) throws RemoteException;

  /** Makes a file, which must not be there. */
  Part create(String name) throws RemoteException;

  /** Opens a file for writing on; empty if the server refuses that. */
  Optional<Part> reopen(String name) throws RemoteException;

  /** Opens a file for reading. */
  Content read(String name) throws RemoteException;

  /**
   * Gives a file another name.
   *
   * @return false if something has that name already
   */
  boolean rename(String from, String to) throws RemoteException;

  /**
   * Removes a file; one that is not there counts as removed.
   *
   * @return false if the server refuses to remove files
   */
  boolean remove(String name) throws RemoteException;

  /** The free bytes; empty where the server does not tell. */
  OptionalLong free() throws RemoteException;

  @Override
  void close();
}
