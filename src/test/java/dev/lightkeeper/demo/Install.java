package dev.lightkeeper.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a script in a Debian that lies in a folder, in namespaces of its own, beside a real SFTP
 * server: as {@code .ci/install} wants it.
 */
public final class Install {
  private Install() {}

  /**
   * Exits as the script does.
   *
   * @param args what brings the Debian up, its root, and an empty folder for the server; that
   *     program is given the root, the server's folder, its address, its fingerprint, and where the
   *     Debian sees that folder
   */
  public static void main(String[] args) throws Exception {
    Path root = Path.of(args[1]).toAbsolutePath();
    int exit;
    try (DemoServer server = DemoServer.in(Path.of(args[2]).toAbsolutePath())) {
      Files.copy(server.key(), root.resolve("opt/key"));
      List<String> words =
          new ArrayList<>(
              List.of("unshare", "--mount", "--pid", "--cgroup", "--ipc", "--uts", "--fork"));
      words.addAll(
          List.of(
              "--kill-child",
              Path.of(args[0]).toAbsolutePath().toString(),
              root.toString(),
              server.folder().toString(),
              server.url(),
              server.fingerprint(),
              "/srv/server"));
      Process debian = new ProcessBuilder(words).inheritIO().start();
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(debian::destroyForcibly));
      exit = debian.waitFor();
    }
    System.exit(exit);
  }
}
