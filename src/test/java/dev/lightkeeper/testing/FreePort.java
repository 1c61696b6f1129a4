package dev.lightkeeper.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback address for a server that starts later, or never. They lie outside the
 * range from which the kernel takes the near end of a connection: a port within it can be taken by
 * any client of this host before the server listens, even by one that waits for that very server.
 */
public final class FreePort {
  private static final Path KERNELS_RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int LOWEST = 10_000;
  private static final int HIGHEST = 65_535;
  private static final int FEWEST = 1_000;

  private FreePort() {}

  /** One on which nobody listened a moment ago. */
  public static int next() throws IOException {
    return next(1).getFirst();
  }

  /** As many different ones, on which nobody listened a moment ago. */
  public static List<Integer> next(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      while (held.size() < count) {
        ServerSocket socket = new ServerSocket();
        try {
          socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), choose()));
          held.add(socket);
        } catch (BindException taken) {
          socket.close();
        }
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  private static int choose() throws IOException {
    String range;
    try (InputStream in = Files.newInputStream(KERNELS_RANGE)) {
      // In one call: the kernel gives less to a program that asks byte by byte.
      byte[] all = new byte[64];
      range = new String(all, 0, in.read(all), StandardCharsets.US_ASCII).strip();
    }
    String[] ends = range.split("\\s+");
    int first = Integer.parseInt(ends[0]);
    int last = Integer.parseInt(ends[1]);
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (first - LOWEST >= FEWEST) {
      return random.nextInt(LOWEST, first);
    }
    if (HIGHEST - last >= FEWEST) {
      return random.nextInt(last + 1, HIGHEST + 1);
    }
    throw new IOException(KERNELS_RANGE + " leaves no ports to servers: " + range);
  }
}
