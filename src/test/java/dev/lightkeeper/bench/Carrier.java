package dev.lightkeeper.bench;

import java.io.IOException;

/** Something that carries every change of one channel backup to the server. */
interface Carrier extends AutoCloseable {
  /** Who it is, for people. */
  String name();

  /**
   * Waits until {@code content}, which was just renamed into place, is at the server under its
   * final name and the client knows so; and makes sure that it really is there.
   *
   * @return when the client knew, by {@link System#nanoTime}
   * @throws IOException if it does not come to be there
   */
  long arrival(byte[] content) throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
