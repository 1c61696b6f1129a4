package dev.lightkeeper.archive;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/** libdeflate's compression. */
final class LibdeflateGzip implements GzipEncoder {
  /** The functions that are called here. */
  record Calls(MethodHandle allocate, MethodHandle compress, MethodHandle free) {
    static Calls of(Libdeflate library) {
      return new Calls(
          library.function(
              "alloc_compressor", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT)),
          library.function(
              "gzip_compress",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG)),
          library.function("free_compressor", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)));
    }
  }

  /** Of its levels, the fastest that is as small as zlib's 6. */
  static final int AS_SMALL_AS_GZIP = 5;

  private final Calls calls;
  private final MemorySegment compressor;
  private boolean closed;

  /**
   * @param level from 1 to 12; only since libdeflate 1.7 from 0, which stores
   */
  LibdeflateGzip(Calls calls, int level) {
    this.calls = calls;
    try {
      this.compressor = (MemorySegment) calls.allocate().invokeExact(level);
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
    if (compressor.address() == 0) {
      throw new OutOfMemoryError("libdeflate has no memory");
    }
  }

  @Override
  public void encode(ByteBuffer input, ByteBuffer output) {
    output.clear();
    long written;
    try {
      written =
          (long)
              calls
                  .compress()
                  .invokeExact(
                      compressor,
                      MemorySegment.ofBuffer(input),
                      (long) input.remaining(),
                      MemorySegment.ofBuffer(output),
                      (long) output.remaining());
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
    if (written == 0) {
      throw new IllegalStateException("the buffer for a compressed member is too small");
    }
    input.position(input.limit());
    output.limit(Math.toIntExact(written));
  }

  /** May be called again: the library would free what is no longer its own. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      calls.free().invokeExact(compressor);
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
  }
}
