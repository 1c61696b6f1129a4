package dev.lightkeeper.demo;

import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogManager;

/**
 * A short life of the daemon, with the Java flags in {@code LIGHTKEEPER_TRAIN}, which make it write
 * down which classes it needs: the distribution's cache is made of them.
 */
public final class Rehearsal {
  private static final int CHANGES = 60;
  private static final int DROPS_AFTER = 40;

  private Rehearsal() {}

  /**
   * Exits with 1 if the daemon could not be run to its end.
   *
   * @param args the built program, and an empty folder to work in
   */
  public static void main(String[] args) throws Exception {
    LogManager.getLogManager().reset();
    System.exit(run(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath()) ? 0 : 1);
  }

  private static boolean run(Path program, Path folder) throws Exception {
    Path config = Files.createDirectories(folder.resolve("etc")).resolve("lightkeeper.toml");
    StandInLnd node = new StandInLnd(Files.createDirectories(folder.resolve("node")));
    node.update(0);
    try (DemoServer server = DemoServer.in(folder)) {
      int init =
          new ProcessBuilder(
                  program.toString(),
                  "init",
                  "--yes",
                  "--quiet",
                  "--no-discover",
                  "--config",
                  config.toString(),
                  "--accept-host-key",
                  server.fingerprint(),
                  "--node",
                  "alice=lnd:" + node.file(),
                  "--remote",
                  server.url(),
                  "--key",
                  server.key().toString(),
                  "--state",
                  folder.resolve("state").toString())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start()
              .waitFor();
      // Not where a page of this machine's own may be.
      Path socket = folder.resolve("status.sock");
      Files.writeString(
          config,
          "\n[status]\nlisten = \"unix:%s\"\n".formatted(socket),
          StandardOpenOption.APPEND);
      return init == 0 && lived(program, config, server, node, socket, folder.resolve("log"));
    }
  }

  private static boolean lived(
      Path program, Path config, DemoServer server, StandInLnd node, Path socket, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder command =
        new ProcessBuilder(program.toString(), "watch", "--config", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    command
        .environment()
        .put("LIGHTKEEPER_JAVA_FLAGS", System.getenv().getOrDefault("LIGHTKEEPER_TRAIN", ""));
    Process daemon = command.start();
    for (int i = 1; i <= CHANGES; i++) {
      Thread.sleep(100);
      node.update(i);
      if (i == DROPS_AFTER) {
        server.kill();
        server.start();
      }
    }
    for (String path : List.of("/", "/api/status.json", "/metrics", "/healthz")) {
      visit(socket, path);
    }
    Thread.sleep(3_000);
    daemon.destroy();
    // What it was trained for may be written after the daemon's last word.
    boolean ended = daemon.waitFor(3, TimeUnit.MINUTES);
    if (!ended || !Files.isDirectory(server.folder().resolve("alice/versions"))) {
      daemon.destroyForcibly();
      System.err.println(Files.readString(log));
      return false;
    }
    return true;
  }

  private static void visit(Path socket, String path) throws IOException {
    try (SocketChannel page = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String request = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(path);
      page.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(1 << 16);
      while (page.read(answer) >= 0 && answer.hasRemaining()) {
        // To its end.
      }
    }
  }
}
