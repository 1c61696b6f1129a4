package dev.lightkeeper.realnodes;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.testing.RealSshd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The server that a node's channel backups are streamed to. */
final class Offsite {
  private Offsite() {}

  static String url(RealSshd sshd) {
    return "sftp://%s@127.0.0.1:%d%s".formatted(sshd.target().user(), sshd.port(), sshd.root());
  }

  /** Returns once it holds what is in the node's file. */
  static void awaitDurable(RealSshd sshd, String name, Lnd node) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(
            () -> {
              String hash = Sha256.of(Files.readAllBytes(node.channelBackup())).hex();
              try (Stream<Path> files = Files.list(sshd.root().resolve(name + "/versions"))) {
                return files.anyMatch(f -> f.toString().contains(hash));
              }
            });
  }
}
