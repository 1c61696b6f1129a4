package dev.lightkeeper.health;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to a unix socket, which the JDK's own channels cannot (they are streams only).
 * Constants are those of Linux: unix(7), socket(2), send(2).
 */
final class UnixDatagram {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int FAMILY_SIZE = 2;
  private static final int PATH_SIZE = 108;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET =
      function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG, INT, POINTER, ValueLayout.JAVA_LONG, INT, POINTER, INT));
  private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));

  private final String address;

  /**
   * @param address the socket's absolute path, or {@code @name} for a name in the abstract space
   * @throws IllegalArgumentException if it is neither, or too long for a unix socket
   */
  UnixDatagram(String address) {
    boolean shaped = address.startsWith("/") || address.startsWith("@");
    // One byte stays free for the zero that ends a path.
    if (!shaped || bytes(address).length >= PATH_SIZE) {
      throw new IllegalArgumentException("not a unix socket's address: " + address);
    }
    this.address = address;
  }

  /**
   * Sends one datagram.
   *
   * @throws IOException with the operating system's error number, if nobody takes it
   */
  void send(String message) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int socket = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (socket < 0) {
        throw failed("socket", state);
      }
      try {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        MemorySegment payload = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
        MemorySegment to = socketAddress(arena);
        long sent =
            (long)
                SENDTO.invokeExact(
                    state, socket, payload, (long) text.length, MSG_NOSIGNAL, to, length());
        if (sent < 0) {
          throw failed("sendto", state);
        }
      } finally {
        int _ = (int) CLOSE.invokeExact(state, socket);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot call the operating system", e);
    }
  }

  private MemorySegment socketAddress(Arena arena) {
    byte[] name = bytes(address);
    if (name[0] == '@') {
      name[0] = 0;
    }
    MemorySegment segment = arena.allocate(FAMILY_SIZE + PATH_SIZE, 2);
    segment.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, segment, ValueLayout.JAVA_BYTE, FAMILY_SIZE, name.length);
    return segment;
  }

  /** A path ends with a zero byte; an abstract name ends where the address ends. */
  private int length() {
    return FAMILY_SIZE + bytes(address).length + (address.startsWith("@") ? 0 : 1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private IOException failed(String function, MemorySegment state) {
    return new IOException(
        "%s for %s failed with error number %d"
            .formatted(function, address, state.get(INT, ERRNO)));
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }
}
