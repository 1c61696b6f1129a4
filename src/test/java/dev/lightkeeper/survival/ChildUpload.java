package dev.lightkeeper.survival;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.remote.ArchiveManifest;
import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.RateLimit;
import dev.lightkeeper.remote.Transfer;
import dev.lightkeeper.remote.sftp.SftpRemote;
import dev.lightkeeper.remote.sftp.SftpTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** An upload in a process of its own, which can be killed at any moment. */
final class ChildUpload implements AutoCloseable {
  private final Process process;

  private ChildUpload(Process process) {
    this.process = process;
  }

  static ChildUpload start(
      Path archive,
      ArchiveName name,
      Path progress,
      long bytesPerSecond,
      SftpTarget target,
      Path log)
      throws IOException {
    return new ChildUpload(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ChildUpload.class.getName(),
                archive.toString(),
                name.fileName(),
                progress.toString(),
                Long.toString(bytesPerSecond),
                target.user(),
                Integer.toString(target.port()),
                target.path(),
                target.key().toString(),
                target.knownHosts().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start());
  }

  /** Uploads, and ends. */
  public static void main(String[] args) throws Exception {
    Path archive = Path.of(args[0]);
    SftpTarget target =
        new SftpTarget(
            args[4],
            "127.0.0.1",
            Integer.parseInt(args[5]),
            args[6],
            Path.of(args[7]),
            Path.of(args[8]),
            null);
    try (ArchiveShelf shelf = new SftpRemote("offsite", target).archives()) {
      shelf.upload(
          archive,
          ArchiveName.parse(args[1]).orElseThrow(),
          new ArchiveManifest(Files.size(archive), Sha256.of(Files.readAllBytes(archive))).toJson(),
          new Transfer(
              Path.of(args[2]),
              Duration.ofSeconds(5),
              RateLimit.of(Long.parseLong(args[3])),
              (_, _, _) -> {}));
    }
  }

  boolean running() {
    return process.isAlive();
  }

  /** As {@code kill -9}. */
  @Override
  public void close() {
    var _ = process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
