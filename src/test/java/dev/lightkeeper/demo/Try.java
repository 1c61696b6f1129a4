package dev.lightkeeper.demo;

import com.google.errorprone.annotations.FormatMethod;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.logging.LogManager;
import java.util.stream.Stream;

/**
 * The main job end to end: a throwaway SFTP server, a stand-in node that writes as LND does, the
 * built program between them; the server dies in the middle; the newest is fetched and compared.
 */
public final class Try {
  private static final int CHANGES = 24;
  private static final int DIES_AFTER = 12;
  private static final long PATIENCE_MILLIS = 60_000;

  private final Path folder;
  private final DemoServer server;
  private final Lightkeeper lightkeeper;
  private final StandInLnd node;

  private Try(Path program, Path folder, boolean embedded) throws IOException {
    this.folder = folder;
    this.server = embedded ? DemoServer.embedded(folder) : DemoServer.in(folder);
    this.lightkeeper = new Lightkeeper(program, folder.resolve("etc/lightkeeper.toml"));
    this.node =
        new StandInLnd(Files.createDirectories(folder.resolve("lnd/data/chain/bitcoin/mainnet")));
  }

  /**
   * Tells the story; exits with 1 if it ends badly.
   *
   * @param args the built program, an empty folder to work in, and "--embedded" for the server
   *     inside this process
   */
  public static void main(String[] args) throws Exception {
    LogManager.getLogManager().reset();
    Path folder = Path.of(args[1]).toAbsolutePath();
    boolean embedded = List.of(args).contains("--embedded");
    System.exit(new Try(Path.of(args[0]).toAbsolutePath(), folder, embedded).run() ? 0 : 1);
  }

  private boolean run() throws IOException, InterruptedException, GeneralSecurityException {
    try (server) {
      say("A throwaway %s server: %s", server.kind(), server.url());
      say("A stand-in LND node: %s", node.file());
      node.update(0);
      Files.createDirectories(folder.resolve("etc"));
      int init =
          lightkeeper.run(
              "init",
              "--yes",
              "--quiet",
              "--accept-host-key",
              server.fingerprint(),
              "--no-discover",
              "--node",
              "alice=lnd:" + node.file(),
              "--remote",
              server.url(),
              "--key",
              server.key().toString(),
              "--state",
              folder.resolve("state").toString());
      if (init != 0) {
        return false;
      }
      Process watch = lightkeeper.start(folder.resolve("watch.log"), "watch");
      try {
        return streamed() && fetched();
      } finally {
        Lightkeeper.stop(watch);
        say("");
        say("What the daemon said:");
        Files.readAllLines(folder.resolve("watch.log")).forEach(line -> say("  %s", line));
      }
    }
  }

  private boolean streamed() throws IOException, InterruptedException {
    if (!awaitArrival(Sha256.of(Files.readAllBytes(node.file())))) {
      return failed("the node's first channel backup did not arrive");
    }
    say("");
    say("change  channels  bytes  on the server after");
    for (int i = 1; i <= CHANGES; i++) {
      byte[] content = node.update(i);
      long written = System.nanoTime();
      Sha256 hash = Sha256.of(content);
      if (i == DIES_AFTER) {
        server.kill();
        say("        the server is killed, the node goes on, the server comes back 3 s later");
        content = node.update(i);
        written = System.nanoTime();
        hash = Sha256.of(content);
        Thread.sleep(3_000);
        server.start();
      }
      if (!awaitArrival(hash)) {
        return failed("change " + i + " did not arrive");
      }
      double millis = (System.nanoTime() - written) / 1e6;
      say("%6d  %8d  %5d  %9.1f ms", i, i, content.length, millis);
      Thread.sleep(100);
    }
    return true;
  }

  private boolean awaitArrival(Sha256 hash) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (!arrived(hash)) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(1);
    }
    return true;
  }

  /** Whether a version of that content has its final name on the server. */
  private boolean arrived(Sha256 hash) throws IOException {
    Path versions = server.folder().resolve("alice/versions");
    if (!Files.isDirectory(versions)) {
      return false;
    }
    try (Stream<Path> files = Files.list(versions)) {
      return files.anyMatch(f -> f.toString().contains(hash.hex()));
    }
  }

  private boolean fetched() throws IOException, InterruptedException {
    say("");
    // The status is written every two seconds, after the last acknowledgement.
    Thread.sleep(3_500);
    int status = lightkeeper.run("status");
    say("");
    Path back = folder.resolve("fetched.channel.backup");
    int fetch = lightkeeper.run("fetch", "--output", back.toString());
    if (status != 0 || fetch != 0) {
      return failed("status said %d, fetch said %d".formatted(status, fetch));
    }
    if (!Arrays.equals(Files.readAllBytes(back), Files.readAllBytes(node.file()))) {
      return failed("the file fetched is not the node's");
    }
    say("");
    say("The newest version, fetched back, equals the node's file byte for byte.");
    say("%d changes streamed, %d of them while the server was dead, none lost.", CHANGES, 1);
    return true;
  }

  private static boolean failed(String why) {
    say("FAILED: %s", why);
    return false;
  }

  @FormatMethod
  private static void say(String line, Object... values) {
    System.out.println(line.formatted(values));
  }
}
