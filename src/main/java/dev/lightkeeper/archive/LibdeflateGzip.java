package dev.lightkeeper.archive;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** libdeflate, where the system has it: about three times as fast as the JDK's zlib. */
final class LibdeflateGzip implements GzipEncoder {
  /** The functions of libdeflate.h that are called here. */
  record Library(MethodHandle allocate, MethodHandle compress, MethodHandle free) {
    /** The system's library; null if it has none. */
    static @Nullable Library find() {
      SymbolLookup symbols;
      try {
        symbols = SymbolLookup.libraryLookup("libdeflate.so.0", Arena.global());
      } catch (IllegalArgumentException e) {
        return null;
      }
      Linker linker = Linker.nativeLinker();
      return new Library(
          linker.downcallHandle(
              symbols.findOrThrow("libdeflate_alloc_compressor"),
              FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT)),
          linker.downcallHandle(
              symbols.findOrThrow("libdeflate_gzip_compress"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG)),
          linker.downcallHandle(
              symbols.findOrThrow("libdeflate_free_compressor"),
              FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)));
    }
  }

  /** Of its levels, the fastest that is as small as zlib's 6. */
  private static final int AS_SMALL_AS_GZIP = 5;

  private final Library library;
  private final MemorySegment compressor;

  LibdeflateGzip(Library library) {
    this.library = library;
    try {
      this.compressor = (MemorySegment) library.allocate().invokeExact(AS_SMALL_AS_GZIP);
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
              library
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

  @Override
  public void close() {
    try {
      library.free().invokeExact(compressor);
    } catch (Throwable e) {
      throw new IllegalStateException("libdeflate cannot be called", e);
    }
  }
}
