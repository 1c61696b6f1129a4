package dev.lightkeeper.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Members of each encoder, as gzip reads them. */
class GzipEncoderTest {
  @TempDir Path folder;

  static Stream<Arguments> encoders() {
    LibdeflateGzip.Calls calls =
        LibdeflateGzip.Calls.of(
            Objects.requireNonNull(Libdeflate.find(), "libdeflate0 is not installed"));
    return Stream.of(
        Arguments.of("libdeflate", (Supplier<GzipEncoder>) () -> new LibdeflateGzip(calls, 5)),
        Arguments.of(
            "sparing",
            (Supplier<GzipEncoder>)
                () ->
                    new SparingGzip(
                        new LibdeflateGzip(calls, 5),
                        new LibdeflateGzip(calls, 1),
                        new JdkGzip(0))),
        Arguments.of("JDK", (Supplier<GzipEncoder>) () -> new JdkGzip(GzipEncoder.LEVEL)),
        Arguments.of("stored", (Supplier<GzipEncoder>) () -> new JdkGzip(0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("encoders")
  void members_one_after_another_are_one_gzip_file(String name, Supplier<GzipEncoder> encoders)
      throws Exception {
    ByteBuffer output = ByteBuffer.allocateDirect(GzipEncoder.bound(GzipPool.BUFFER));
    Path packed = folder.resolve(name + ".gz");
    Path plain = folder.resolve(name);
    try (GzipEncoder encoder = encoders.get();
        var gz =
            Files.newByteChannel(
                packed, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        var out =
            Files.newByteChannel(
                plain, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
      Random random = new Random(1);
      for (int size : new int[] {1, 100, 65_536, GzipPool.BLOCK, GzipPool.BUFFER}) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        Arrays.fill(content, 0, size / 2, (byte) 'a');
        out.write(ByteBuffer.wrap(content));
        encoder.encode(ByteBuffer.allocateDirect(size).put(content).flip(), output);
        gz.write(output);
      }
    }
    assertThat(
            Shell.lines(folder, "gzip -t \"$1\" && gzip -dc \"$1\" | cmp - \"$2\"", packed, plain))
        .isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("encoders")
  void what_is_in_an_archive_is_the_same_whatever_compressed_it(
      String name, Supplier<GzipEncoder> encoders) throws Exception {
    Server server = new Server(folder);
    byte[] content = new byte[3_000_000];
    new Random(2).nextBytes(content);
    Arrays.fill(content, 0, 1_500_000, (byte) 'b');
    server.put(server.data("large"), content);
    server.put("small", "text");
    Server.waitForClock();
    try (ArchiveDraft draft =
        ArchiveDraft.open(
            folder.resolve("work"),
            server.sources(ArchiveMode.BACKUP),
            new GzipPool(2, encoders))) {
      try (DumpStream dump = draft.dump(Dump.POSTGRES)) {
        dump.write(Files.readAllBytes(Files.write(folder.resolve("dump"), content)));
        dump.complete();
      }
      PassReport _ = draft.pass(ArchiveProgress.NONE);
      content[2_000_000] ^= 1;
      server.put(server.data("large"), content);
      PassReport _ = draft.finalPass(ArchiveProgress.NONE);
      SealedArchive sealed = server.seal(draft, null);
      VerifiedArchive _ = ArchiveVerifier.of(sealed, null).verify(ArchiveProgress.NONE);
      assertThat(
              Shell.lines(
                  server.root,
                  """
                  tar -xzOf "$1" volumes/generated_btcpay_datadir/_data/large | cmp - "$2"
                  tar -xzOf "$1" postgres.sql.gz | gzip -dc | cmp - "$3"
                  tar -xzOf "$1" volumes/generated_btcpay_datadir/_data/small
                  """,
                  sealed.partial(),
                  server.data("large"),
                  folder.resolve("dump")))
          .containsExactly("text");
    }
  }
}
