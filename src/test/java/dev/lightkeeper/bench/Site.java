package dev.lightkeeper.bench;

import dev.lightkeeper.remote.sftp.SftpTarget;
import dev.lightkeeper.testing.RealSshd;
import dev.lightkeeper.testing.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/** A throwaway SSH server on this host, reached directly or over a slow line. */
final class Site implements AutoCloseable {
  /** What the slow line adds to every round trip. */
  static final Duration ROUND_TRIP = Duration.ofMillis(50);

  private final Path folder;
  private final RealSshd server;
  private final TcpProxy slowLine;
  private int folders;

  private Site(Path folder, RealSshd server, TcpProxy slowLine) {
    this.folder = folder;
    this.server = server;
    this.slowLine = slowLine;
  }

  static Site open() throws IOException {
    Path folder = Files.createTempDirectory("lk-bench-");
    RealSshd server = RealSshd.start(folder.resolve("server"));
    return new Site(folder, server, TcpProxy.to(server.port()).delay(ROUND_TRIP.dividedBy(2)));
  }

  /** A fresh local folder; its path is short enough for a unix socket in it. */
  Path newFolder(String name) throws IOException {
    folders++;
    return Files.createDirectories(folder.resolve(name + "-" + folders));
  }

  /** A fresh folder on the server, as reached over {@code line}. */
  SftpTarget newTarget(Line line, String name) throws IOException {
    folders++;
    SftpTarget account =
        switch (line) {
          case LOOPBACK -> server.target();
          case SLOW -> server.target(slowLine.port());
        };
    return new SftpTarget(
        account.user(),
        account.host(),
        account.port(),
        Files.createDirectory(server.root().resolve(name + "-" + folders)).toString(),
        account.key(),
        account.knownHosts(),
        null);
  }

  @Override
  public void close() throws IOException {
    slowLine.close();
    server.stop();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(Site::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
