package dev.lightkeeper.testing;

import java.io.BufferedReader;
import java.io.IOException;

/** Receives what a service tells systemd, in a process that systemd's socket is named to. */
public final class NotifySocket implements AutoCloseable {
  /** Receives datagrams as systemd does, and prints each on a line. */
  private static final String RECEIVER =
      """
      import socket, sys
      name = sys.argv[1]
      s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      s.bind('\\0' + name[1:] if name.startswith('@') else name)
      print('bound', flush=True)
      while True:
          print(s.recv(4096).decode(), flush=True)
      """;

  private final Process process;
  private final BufferedReader lines;

  private NotifySocket(Process process) {
    this.process = process;
    this.lines = process.inputReader();
  }

  /** One at {@code address}, as {@code NOTIFY_SOCKET} has it. */
  public static NotifySocket at(String address) throws IOException {
    NotifySocket socket =
        new NotifySocket(
            new ProcessBuilder("python3", "-c", RECEIVER, address)
                .redirectErrorStream(true)
                .start());
    String line = socket.next();
    if (!line.equals("bound")) {
      socket.close();
      throw new IOException("the receiver did not start: " + line);
    }
    return socket;
  }

  /** The next message; waits for it. */
  public String next() throws IOException {
    return String.valueOf(lines.readLine());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
