package dev.lightkeeper.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
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
    // The kernel gives both numbers to a program that asks for all of it in one call alone.
    try (Scanner range = new Scanner(Files.newInputStream(KERNELS_RANGE), US_ASCII)) {
      return choose(range.nextInt(), range.nextInt());
    }
  }

  private static int choose(int first, int last) throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    if (first - LOWEST >= FEWEST) {
      return random.nextInt(LOWEST, first);
    }
    if (HIGHEST - last >= FEWEST) {
      return random.nextInt(last + 1, HIGHEST + 1);
    }
    throw new IOException(KERNELS_RANGE + " leaves no ports to servers: " + first + " to " + last);
  }
}
