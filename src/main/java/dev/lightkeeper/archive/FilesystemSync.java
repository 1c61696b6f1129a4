package dev.lightkeeper.archive;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes out whole filesystems, each once, so that most files need no {@code fsync} of their own.
 *
 * <p>A write through a shared memory map changes a file's times only if its page is clean. Making a
 * page dirty sets ctime; so a file whose ctime is older than the beginning of {@code syncfs(2)} has
 * no page that became dirty since, and those that were are clean when it returns. From then on
 * every write shows. A filesystem is known by its device number, so one that is mounted in a volume
 * is written out when the first file in it is met. For one thread.
 */
final class FilesystemSync {
  /** The clock of file systems ticks every 10 ms or faster; two changes in one tick look alike. */
  static final long TICKS = Duration.ofMillis(50).toNanos();

  /** The same on all of Linux that Java runs on. */
  private static final int NONBLOCK_CLOEXEC = 02000000 | 04000;

  private static final long NEVER = Long.MIN_VALUE;

  private final @Nullable Libc libc;
  private final Map<Long, Long> begun = new HashMap<>();

  private record Libc(MethodHandle open, MethodHandle syncfs, MethodHandle close) {
    static @Nullable Libc find() {
      Linker linker = Linker.nativeLinker();
      SymbolLookup symbols = linker.defaultLookup();
      MemorySegment open = symbols.find("open").orElse(MemorySegment.NULL);
      MemorySegment syncfs = symbols.find("syncfs").orElse(MemorySegment.NULL);
      MemorySegment close = symbols.find("close").orElse(MemorySegment.NULL);
      if (open.address() == 0 || syncfs.address() == 0 || close.address() == 0) {
        return null;
      }
      FunctionDescriptor ofDescriptor =
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
      return new Libc(
          linker.downcallHandle(
              open,
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
              Linker.Option.firstVariadicArg(2)),
          linker.downcallHandle(syncfs, ofDescriptor),
          linker.downcallHandle(close, ofDescriptor));
    }
  }

  private FilesystemSync(@Nullable Libc libc) {
    this.libc = libc;
  }

  /** Of this system; where its libc has no {@code syncfs}, every file needs an fsync. */
  static FilesystemSync ofThisSystem() {
    return new FilesystemSync(Libc.find());
  }

  /** Whether no page of the file can be dirty without its {@code stat} showing the next write. */
  boolean covers(Path file, Stat stat) {
    long since = begun.computeIfAbsent(stat.device(), device -> sync(file, device));
    return since != NEVER && stat.changed() < since - TICKS;
  }

  /** Writes out the filesystem that {@code folder} is on, if the system can. */
  void writeOut(Path folder) throws IOException {
    long _ = sync(folder, (Long) Files.getAttribute(folder, "unix:dev"));
  }

  /** When the sync began, or NEVER if it failed. */
  private long sync(Path file, long device) {
    if (libc == null) {
      return NEVER;
    }
    long now = Stat.nanos(Instant.now());
    try (Arena arena = Arena.ofConfined()) {
      byte[] path = EntryName.pathBytes(file);
      MemorySegment name = arena.allocate(path.length + 1L);
      name.copyFrom(MemorySegment.ofArray(path));
      int descriptor = (int) libc.open().invokeExact(name, NONBLOCK_CLOEXEC);
      if (descriptor < 0) {
        return NEVER;
      }
      try {
        // What the name leads to may be another file by now.
        Path opened = Path.of("/proc/self/fd/" + descriptor);
        return (Long) Files.getAttribute(opened, "unix:dev") == device
                && (int) libc.syncfs().invokeExact(descriptor) == 0
            ? now
            : NEVER;
      } finally {
        int _ = (int) libc.close().invokeExact(descriptor);
      }
    } catch (IOException e) {
      return NEVER;
    } catch (Throwable e) {
      throw new IllegalStateException("libc cannot be called", e);
    }
  }
}
