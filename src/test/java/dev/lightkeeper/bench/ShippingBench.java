package dev.lightkeeper.bench;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.Transfer;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.TcpProxy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** An archive over a line of 100 ms round trip, against {@code sftp put} over the same line. */
public final class ShippingBench {
  private static final Duration ROUND_TRIP = Duration.ofMillis(100);
  private static final String PROMISE = "500 MB at 100 ms RTT: time over that of plain sftp put";
  private static final double AT_MOST = 1.0 / 3;

  private final Path folder;
  private final long bytes;

  private ShippingBench(Path folder, long bytes) {
    this.folder = folder;
    this.bytes = bytes;
  }

  /**
   * The promise about shipping.
   *
   * @param bytes the archive's size; the promise is for 500,000,000
   * @param rounds how often each is timed; the medians are compared
   */
  static List<Figure> run(long bytes, int rounds) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("lk-ship-");
    try {
      return new ShippingBench(folder, bytes).measure(rounds);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** Prints the figures. */
  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    long bytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 500_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    run(bytes, rounds).forEach(System.out::println);
  }

  private final List<Double> whole = new ArrayList<>();

  private List<Figure> measure(int rounds) throws IOException, InterruptedException {
    Path file = folder.resolve("archive");
    ArchiveManifest manifest = write(file);
    try (RealSshd server = RealSshd.start(folder.resolve("server"));
        TcpProxy line = TcpProxy.to(server.port()).delay(ROUND_TRIP.dividedBy(2))) {
      SftpTarget target = server.target(line.port());
      List<Double> own = new ArrayList<>();
      List<Double> plain = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        plain.add(put(file, target, server.root().resolve("put")));
        own.add(ship(file, manifest, target, i));
      }
      double ours = median(own);
      double theirs = median(plain);
      return List.of(
          Figure.of(
              PROMISE,
              AT_MOST,
              ours / theirs,
              "",
              "%.1f s against %.1f s; read back and compared after %.1f s"
                  .formatted(ours, theirs, median(whole))));
    }
  }

  private double ship(Path file, ArchiveManifest manifest, SftpTarget target, int round)
      throws IOException, InterruptedException {
    ArchiveName name = new ArchiveName(Instant.EPOCH.plusSeconds(round), false, true);
    long start = System.nanoTime();
    AtomicLong there = new AtomicLong();
    try (ArchiveShelf shelf = new SftpRemote("offsite", target).archives()) {
      shelf.upload(
          file,
          name,
          manifest.toJson(),
          new Transfer(
              folder.resolve("progress"),
              Duration.ofSeconds(30),
              RateLimit.none(),
              (moved, verified, total) -> {
                if (moved == total) {
                  there.compareAndSet(0, System.nanoTime());
                }
              }));
      // As put has it: all of it there; ours is on the server's disk then. The whole, with the
      // reading back, is told beside it.
      double seconds = (there.get() - start) / 1e9;
      whole.add((System.nanoTime() - start) / 1e9);
      if (!shelf.list().getLast().complete()) {
        throw new IOException("it is not there whole");
      }
      var _ = shelf.remove(name);
      return seconds;
    } catch (RemoteException e) {
      throw new IOException(e.what(), e);
    }
  }

  private static double put(Path file, SftpTarget target, Path arrived)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process sftp =
        new ProcessBuilder(
                "sftp",
                "-q",
                "-F",
                "/dev/null",
                "-b",
                "-",
                "-P",
                Integer.toString(target.port()),
                "-i",
                target.key().toString(),
                "-o",
                "UserKnownHostsFile=" + target.knownHosts(),
                target.user() + "@" + target.host())
            .redirectErrorStream(true)
            .start();
    try (OutputStream commands = sftp.getOutputStream()) {
      commands.write("put %s %s%n".formatted(file, arrived).getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(sftp.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (sftp.waitFor() != 0 || Files.size(arrived) != Files.size(file)) {
      throw new IOException("sftp put failed: " + said);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Files.delete(arrived);
    return seconds;
  }

  private ArchiveManifest write(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Random random = new Random(1);
      byte[] piece = new byte[1 << 20];
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), digest)) {
        for (long left = bytes; left > 0; left -= piece.length) {
          random.nextBytes(piece);
          out.write(piece, 0, (int) Math.min(left, piece.length));
        }
      }
      return new ArchiveManifest(bytes, new Sha256(HexFormat.of().formatHex(digest.digest())));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
