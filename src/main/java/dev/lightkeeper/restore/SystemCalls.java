package dev.lightkeeper.restore;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;

/**
 * What Java cannot do or does not do exactly: names of any bytes, fifos, owners and times of links,
 * nanoseconds. None of these calls follows a symbolic link at the end of a path.
 */
final class SystemCalls {
  private static final AddressLayout POINTER = ValueLayout.ADDRESS;
  private static final int AT_FDCWD = -100;
  private static final int NO_FOLLOW = 0x100;
  private static final int DIRECTORY = 0200000; // O_DIRECTORY of x86-64; O_RDONLY elsewhere
  private static final int START_WRITING = 2; // SYNC_FILE_RANGE_WRITE
  private static final int WRITE_AND_WAIT = 7; // the same, WAIT_BEFORE and WAIT_AFTER
  private static final int NOT_NEEDED = 4; // POSIX_FADV_DONTNEED, but on s390

  private static final MemoryLayout ERRNO = Linker.Option.captureStateLayout();

  private final MethodHandle mkfifo = call("mkfifo", POINTER, ValueLayout.JAVA_INT);
  private final MethodHandle symlink = call("symlink", POINTER, POINTER);
  private final MethodHandle link = call("link", POINTER, POINTER);
  private final MethodHandle rename = call("rename", POINTER, POINTER);
  private final MethodHandle mkdir = call("mkdir", POINTER, ValueLayout.JAVA_INT);
  private final MethodHandle chmod = call("chmod", POINTER, ValueLayout.JAVA_INT);
  private final MethodHandle lchown =
      call("lchown", POINTER, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
  private final MethodHandle utimensat =
      call("utimensat", ValueLayout.JAVA_INT, POINTER, POINTER, ValueLayout.JAVA_INT);
  private final MethodHandle open = call("open", POINTER, ValueLayout.JAVA_INT);
  private final MethodHandle syncfs = call("syncfs", ValueLayout.JAVA_INT);
  private final MethodHandle syncFileRange =
      call(
          "sync_file_range",
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private final MethodHandle advise =
      call(
          "posix_fadvise",
          ValueLayout.JAVA_INT,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_INT);
  private final MethodHandle close = call("close", ValueLayout.JAVA_INT);

  private static MethodHandle call(String name, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup symbols = linker.defaultLookup();
    return linker.downcallHandle(
        symbols.findOrThrow(name),
        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private interface Invocation {
    int call(Arena arena, MemorySegment errno) throws Throwable;
  }

  private static int invoke(String what, byte[] path, Invocation invocation) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO);
      int result = invocation.call(arena, errno);
      if (result < 0) {
        throw new IOException(
            "%s %s: %s"
                .formatted(what, PathBytes.shown(path), words(errno.get(ValueLayout.JAVA_INT, 0))));
      }
      return result;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(what + " cannot be called", e);
    }
  }

  private static String words(int errno) {
    return switch (errno) {
      case 1 -> "Operation not permitted";
      case 2 -> "No such file or directory";
      case 13 -> "Permission denied";
      case 16 -> "Device or resource busy";
      case 17 -> "File exists";
      case 18 -> "Invalid cross-device link";
      case 28 -> "No space left on device";
      case 36 -> "File name too long";
      case 39 -> "Directory not empty";
      case 122 -> "Disk quota exceeded";
      default -> "errno " + errno;
    };
  }

  private static MemorySegment text(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  void mkdir(byte[] path) throws IOException {
    invoke("mkdir", path, (a, e) -> (int) mkdir.invokeExact(e, text(a, path), 0700));
  }

  void mkfifo(byte[] path) throws IOException {
    invoke("mkfifo", path, (a, e) -> (int) mkfifo.invokeExact(e, text(a, path), 0600));
  }

  void symlink(byte[] target, byte[] path) throws IOException {
    invoke("symlink", path, (a, e) -> (int) symlink.invokeExact(e, text(a, target), text(a, path)));
  }

  void link(byte[] existing, byte[] path) throws IOException {
    invoke("link", path, (a, e) -> (int) link.invokeExact(e, text(a, existing), text(a, path)));
  }

  void rename(byte[] from, byte[] to) throws IOException {
    invoke("rename", from, (a, e) -> (int) rename.invokeExact(e, text(a, from), text(a, to)));
  }

  /** Follows a link: not for one. */
  void chmod(byte[] path, int mode) throws IOException {
    invoke("chmod", path, (a, e) -> (int) chmod.invokeExact(e, text(a, path), mode));
  }

  void chown(byte[] path, long uid, long gid) throws IOException {
    invoke(
        "chown", path, (a, e) -> (int) lchown.invokeExact(e, text(a, path), (int) uid, (int) gid));
  }

  /** Sets the time of its last change, and of its last use to the same. */
  void touch(byte[] path, Instant time) throws IOException {
    invoke(
        "utimensat",
        path,
        (a, e) -> {
          MemorySegment times = a.allocate(ValueLayout.JAVA_LONG, 4);
          for (int i = 0; i < 4; i += 2) {
            times.setAtIndex(ValueLayout.JAVA_LONG, i, time.getEpochSecond());
            times.setAtIndex(ValueLayout.JAVA_LONG, i + 1L, time.getNano());
          }
          return (int) utimensat.invokeExact(e, AT_FDCWD, text(a, path), times, NO_FOLLOW);
        });
  }

  /** Has the disk begin with a part of a file that was written, and does not wait for it. */
  void startWriting(byte[] path, long from, long length) throws IOException {
    withOpen(path, file -> writeOut(path, file, from, length, START_WRITING));
  }

  /** Returns when that part is on the disk, and no longer in memory. */
  void finishWriting(byte[] path, long from, long length) throws IOException {
    withOpen(
        path,
        file -> {
          writeOut(path, file, from, length, WRITE_AND_WAIT);
          // Advice: what it answers changes nothing.
          invoke(
              "posix_fadvise",
              path,
              (_, e) -> (int) advise.invokeExact(e, file, from, length, NOT_NEEDED));
        });
  }

  private void writeOut(byte[] path, int file, long from, long length, int how) throws IOException {
    invoke(
        "sync_file_range",
        path,
        (_, e) -> (int) syncFileRange.invokeExact(e, file, from, length, how));
  }

  private interface OpenFile {
    void use(int file) throws IOException;
  }

  private void withOpen(byte[] path, OpenFile use) throws IOException {
    int file = invoke("open", path, (a, e) -> (int) open.invokeExact(e, text(a, path), 0));
    try {
      use.use(file);
    } finally {
      invoke("close", path, (_, e) -> (int) close.invokeExact(e, file));
    }
  }

  /** Puts all that was written on the file system of this directory on its disk. */
  void syncFileSystem(byte[] directory) throws IOException {
    int flags = System.getProperty("os.arch", "").equals("amd64") ? DIRECTORY : 0;
    int file =
        invoke("open", directory, (a, e) -> (int) open.invokeExact(e, text(a, directory), flags));
    try {
      invoke("syncfs", directory, (_, e) -> (int) syncfs.invokeExact(e, file));
    } finally {
      invoke("close", directory, (_, e) -> (int) close.invokeExact(e, file));
    }
  }
}
