package dev.lightkeeper.archive;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** libdeflate's decompression of whole gzip members in memory. For one thread at a time. */
final class LibdeflateInflater implements AutoCloseable {
  private static final int SUCCESS = 0;

  private final MethodHandle decompress;
  private final MethodHandle free;
  private final MemorySegment decompressor;
  private final MemorySegment packed;
  private final MemorySegment length;
  private boolean closed;

  /**
   * A member that was found whole.
   *
   * @param packed its length as it was, in bytes
   * @param length of what was in it
   */
  record Member(long packed, long length) {}

  /**
   * @param arena outlives this
   */
  LibdeflateInflater(Libdeflate library, Arena arena) {
    this.decompress =
        library.function(
            "gzip_decompress_ex",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    this.free =
        library.function("free_decompressor", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    this.packed = arena.allocate(ValueLayout.JAVA_LONG);
    this.length = arena.allocate(ValueLayout.JAVA_LONG);
    MethodHandle allocate =
        library.function("alloc_decompressor", FunctionDescriptor.of(ValueLayout.ADDRESS));
    try {
      this.decompressor = (MemorySegment) allocate.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
    if (decompressor.address() == 0) {
      throw new OutOfMemoryError("libdeflate has no memory");
    }
  }

  /**
   * Inflates the member that {@code input} begins with, and checks its length and CRC.
   *
   * @return null if there is none, it is not whole, is damaged, or does not fit {@code output}
   */
  @Nullable Member inflate(MemorySegment input, MemorySegment output) {
    int result;
    try {
      result =
          (int)
              decompress.invokeExact(
                  decompressor, input, input.byteSize(), output, output.byteSize(), packed, length);
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
    return result == SUCCESS
        ? new Member(packed.get(ValueLayout.JAVA_LONG, 0), length.get(ValueLayout.JAVA_LONG, 0))
        : null;
  }

  /** May be called again: the library would free what is no longer its own. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      free.invokeExact(decompressor);
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
  }
}
