package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.transfer.FlightWindow;
import dev.lightkeeper.remote.transfer.Lane;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file on the server, open for writing; several threads can write to it at once. */
final class SftpPart implements Lane.Part {
  private final SftpLane lane;
  private final SftpFiles files;
  private final String path;
  private final byte[] handle;

  SftpPart(SftpLane lane, String path, byte[] handle) {
    this.lane = lane;
    this.files = lane.files();
    this.path = path;
    this.handle = handle;
  }

  @Override
  public void write(Lane.Source source, long position, long length, RateLimit limit)
      throws RemoteException, IOException, InterruptedException {
    FlightWindow window = lane.writes();
    byte[] bytes = new byte[lane.limits().write()];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Flight flight = new Flight(window);
    try {
      for (long at = position, end = position + length; at < end; ) {
        int chunk = limit.portion(window.chunk(bytes.length));
        buffer.clear().limit((int) Math.min(chunk, end - at));
        int n = source.read(buffer, at);
        if (n < 0) {
          throw new EOFException("the file ends after " + at + " bytes");
        }
        limit.acquire(n);
        settle(flight, n, length);
        flight.take(n);
        flight.sent(files.writeAt(handle, at, bytes, n), at, n);
        at += n;
      }
      while (!flight.empty()) {
        settleFirst(flight, length);
      }
    } finally {
      flight.abandon();
    }
    sync();
  }

  @Override
  public void sync() throws RemoteException {
    if (lane.fsync()) {
      boolean _ =
          lane.explained(
              1,
              () -> {
                files.ok(files.fsync(handle), "sync", path);
                return true;
              });
    }
  }

  @Override
  public void close() {
    if (files.wire().alive()) {
      try {
        var _ = files.close(handle);
      } catch (RemoteException e) {
        // The server closes it with the connection.
      }
    }
  }

  /** Takes in replies that are there, and waits for own ones until there is room. */
  private void settle(Flight flight, int bytes, long length) throws RemoteException {
    while (flight.arrived() || (!flight.empty() && !flight.room(bytes))) {
      settleFirst(flight, length);
    }
  }

  private void settleFirst(Flight flight, long length) throws RemoteException {
    Flight.Sent first = flight.first();
    boolean _ =
        lane.explained(
            (int) Math.min(length, Integer.MAX_VALUE),
            () -> {
              files.ok(first.reply(), "write", path);
              return true;
            });
    flight.answered();
  }
}
