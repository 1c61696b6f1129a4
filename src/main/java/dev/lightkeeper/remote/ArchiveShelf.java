package dev.lightkeeper.remote;

import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The archives on a remote, in its folder {@code archives}. Connects when first asked, and again
 * after a connection broke. Thread-safe.
 *
 * <p>Apart from {@link #upload} and {@link #download}, every method takes a bounded time and then
 * fails with UNREACHABLE.
 */
public interface ArchiveShelf extends AutoCloseable {
  /** What this server can do, as far as is known by now. */
  Features features() throws RemoteException, InterruptedException;

  /** The archives that file names state, oldest first; their contents are not read. */
  List<StoredArchive> list() throws RemoteException, InterruptedException;

  /**
   * Puts {@code file} there as {@code name}: when this returns, it is as durable as the server can
   * make it, was read back whole and compared, and its manifest is beside it. Nothing that is there
   * is overwritten. A broken connection is made again and the upload continued, for as long as
   * {@code transfer} says; a later call continues as well, also in another process. An archive that
   * is there already with its manifest is left as it is.
   *
   * @param manifest put beside the archive at the end; see {@link ArchiveManifest}
   * @throws RemoteException if it is not there whole; of kind TORN if it never read back right
   * @throws IOException if {@code file} cannot be read or changed meanwhile, or the progress cannot
   *     be noted
   */
  void upload(Path file, ArchiveName name, byte[] manifest, Transfer transfer)
      throws RemoteException, IOException, InterruptedException;

  /**
   * Gets an archive into {@code to}, which appears whole or not at all and is readable by its owner
   * only. Continues as {@link #upload} does; what is unfinished is kept beside {@code to}.
   *
   * @param expected the hash the manifest states, or null to take whatever is there
   * @throws RemoteException of kind NOT_FOUND, or of kind TORN if the content is another
   * @throws IOException if {@code to} cannot be written; FileAlreadyExistsException if it is there
   */
  void download(ArchiveName name, Path to, @Nullable Sha256 expected, Transfer transfer)
      throws RemoteException, IOException, InterruptedException;

  /**
   * An archive's manifest.
   *
   * @throws RemoteException of kind NOT_FOUND if there is none: the archive is not complete
   */
  byte[] manifest(ArchiveName name) throws RemoteException, InterruptedException;

  /**
   * Removes an archive and its manifest. One that is not there counts as removed.
   *
   * @return false if this server refuses to remove files (a write-once remote): not an error
   */
  boolean remove(ArchiveName name) throws RemoteException, InterruptedException;

  /** The free bytes there; empty where the server does not tell. */
  OptionalLong free() throws RemoteException, InterruptedException;

  /** Closes the connection; never throws, never waits longer than a second. */
  @Override
  void close();
}
