package dev.lightkeeper.handoff;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The lock that the program behind a channel database takes itself before it opens it, held by this
 * process until closed, or until the process ends, however it ends. Nothing is written.
 *
 * <p>SQLite respects locks on 512 bytes from 0x40000000 of the file (sqlite.org/lockingv3.html,
 * os_unix.c), bbolt flock(2). Neither can be had from {@code FileChannel} here: it takes the first
 * as a lock of the whole process, which is lost as soon as any other stream of the same file is
 * closed, such as one that hashed it; this one belongs to its open file (F_OFD_SETLK, fcntl(2)) and
 * conflicts with SQLite's all the same. The second it does not know, and a child {@code flock}
 * would outlive a killed guard. Constants are those of Linux on 64 bits.
 */
final class DatabaseLock implements AutoCloseable {
  /** Which lock a database respects. */
  enum Style {
    SQLITE,
    FLOCK
  }

  private static final int O_RDWR_CLOEXEC = 2 | 0x80000;
  private static final int F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;
  private static final int LOCK_EX_NB = 2 | 4;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final long SQLITE_FIRST = 0x40000000L;
  private static final long SQLITE_LENGTH = 512;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));
  private static final StructLayout FLOCK =
      MemoryLayout.structLayout(
          ValueLayout.JAVA_SHORT.withName("l_type"),
          ValueLayout.JAVA_SHORT.withName("l_whence"),
          MemoryLayout.paddingLayout(4),
          ValueLayout.JAVA_LONG.withName("l_start"),
          ValueLayout.JAVA_LONG.withName("l_len"),
          INT.withName("l_pid"),
          MemoryLayout.paddingLayout(4));

  private static final MethodHandle OPEN =
      function("open", FunctionDescriptor.of(INT, POINTER, INT), 2);
  private static final MethodHandle FCNTL =
      function("fcntl", FunctionDescriptor.of(INT, INT, INT, POINTER), 2);
  private static final MethodHandle LOCK =
      function("flock", FunctionDescriptor.of(INT, INT, INT), -1);
  private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT), -1);

  private final int descriptor;
  private final Map<String, Object> file;
  private boolean closed;

  private DatabaseLock(int descriptor) throws IOException {
    this.descriptor = descriptor;
    this.file = identity(Path.of("/proc/self/fd/" + descriptor));
  }

  private static Map<String, Object> identity(Path file) throws IOException {
    return Files.readAttributes(file, "unix:dev,ino");
  }

  /**
   * Whether what is at {@code path} now is the file that is locked: one put back from a copy is
   * another, and not locked.
   */
  boolean covers(Path path) {
    try {
      return identity(path).equals(file);
    } catch (IOException e) {
      return false;
    }
  }

  /** The lock that a file of this name respects. */
  static Style styleOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".db") ? Style.FLOCK : Style.SQLITE;
  }

  /**
   * Takes the lock of {@code file}, without waiting.
   *
   * @return empty if a program has the database open
   * @throws IOException if the file cannot be opened for writing, or its file system knows no locks
   */
  static Optional<DatabaseLock> take(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor =
          (int) OPEN.invokeExact(state, arena.allocateFrom(file.toString()), O_RDWR_CLOEXEC);
      if (descriptor < 0) {
        throw failed("open", file, state);
      }
      int taken =
          switch (styleOf(file)) {
            case SQLITE ->
                (int) FCNTL.invokeExact(state, descriptor, F_OFD_SETLK, sqliteBytes(arena));
            case FLOCK -> (int) LOCK.invokeExact(state, descriptor, LOCK_EX_NB);
          };
      if (taken == 0) {
        boolean done = false;
        try {
          DatabaseLock lock = new DatabaseLock(descriptor);
          done = true;
          return Optional.of(lock);
        } finally {
          if (!done) {
            int _ = (int) CLOSE.invokeExact(state, descriptor);
          }
        }
      }
      int error = state.get(INT, ERRNO);
      int _ = (int) CLOSE.invokeExact(state, descriptor);
      if (error == EAGAIN || error == EACCES) {
        return Optional.empty();
      }
      throw new IOException("locking " + file + " failed with error number " + error);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot call the operating system", e);
    }
  }

  private static MemorySegment sqliteBytes(Arena arena) {
    MemorySegment lock = arena.allocate(FLOCK);
    lock.set(ValueLayout.JAVA_SHORT, 0, F_WRLCK);
    lock.set(ValueLayout.JAVA_LONG, 8, SQLITE_FIRST);
    lock.set(ValueLayout.JAVA_LONG, 16, SQLITE_LENGTH);
    return lock;
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("cannot call the operating system", e);
    }
  }

  private static IOException failed(String function, Path file, MemorySegment state) {
    return new IOException(
        "%s of %s failed with error number %d".formatted(function, file, state.get(INT, ERRNO)));
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor, int variadic) {
    Linker.Option errno = Linker.Option.captureCallState("errno");
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        variadic < 0
            ? new Linker.Option[] {errno}
            : new Linker.Option[] {errno, Linker.Option.firstVariadicArg(variadic)});
  }
}
