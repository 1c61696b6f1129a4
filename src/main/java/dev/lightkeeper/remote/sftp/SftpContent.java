package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.transfer.FlightWindow;
import dev.lightkeeper.remote.transfer.Lane;
import java.io.IOException;
import net.schmizz.sshj.sftp.Response.StatusCode;

/** A file on the server, open for reading; several threads can read it at once. */
final class SftpContent implements Lane.Content {
  private final SftpLane lane;
  private final SftpFiles files;
  private final String path;
  private final byte[] handle;

  SftpContent(SftpLane lane, String path, byte[] handle) {
    this.lane = lane;
    this.files = lane.files();
    this.path = path;
    this.handle = handle;
  }

  @Override
  public void read(long position, long length, Lane.Sink sink, RateLimit limit)
      throws RemoteException, IOException, InterruptedException {
    FlightWindow window = lane.reads();
    Flight flight = new Flight(window);
    long end = position + length;
    try {
      long asked = position;
      while (asked < end || !flight.empty()) {
        if (asked < end) {
          int chunk = limit.portion(window.chunk(lane.limits().read()));
          int n = (int) Math.min(chunk, end - asked);
          if (!flight.arrived() && (flight.empty() || flight.room(n))) {
            limit.acquire(n);
            flight.take(n);
            flight.sent(files.readAt(handle, asked, n), asked, n);
            asked += n;
            continue;
          }
        }
        deliver(flight, sink);
      }
    } finally {
      flight.abandon();
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

  private void deliver(Flight flight, Lane.Sink sink) throws RemoteException, IOException {
    Flight.Sent first = flight.first();
    byte[] data = data(first.reply(), first.bytes());
    sink.take(data, data.length);
    for (int at = data.length; at < first.bytes(); ) { // a server may send less than was asked for
      int missing = first.bytes() - at;
      byte[] rest = data(files.readAt(handle, first.at() + at, missing), missing);
      sink.take(rest, rest.length);
      at += rest.length;
    }
    flight.answered();
  }

  private byte[] data(SftpWire.Reply reply, int most) throws RemoteException {
    return lane.explained(
        0,
        () -> {
          try {
            byte[] data = files.data(reply, path);
            if (data.length > most) {
              throw files.wire().die(new IOException("more bytes came than were asked for"));
            }
            return data;
          } catch (RefusedException e) {
            if (e.code() == StatusCode.EOF) {
              throw lane.torn(path);
            }
            throw e;
          }
        });
  }
}
