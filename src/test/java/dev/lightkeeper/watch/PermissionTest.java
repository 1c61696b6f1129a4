package dev.lightkeeper.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.testing.StandInLnd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/**
 * Permissions are not enforced for root, so the watcher runs in a process of its own, as nobody
 * where this one is root.
 */
class PermissionTest {
  @TempDir Path temp;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void let_others_in() throws IOException {
    permit(temp, "rwxr-xr-x");
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void a_file_that_may_not_be_read_is_unreadable_and_captured_once_granted() throws IOException {
    StandInLnd lnd = new StandInLnd(temp.resolve("lnd"));
    byte[] content = lnd.update(1);
    permit(lnd.file(), "-wx------");
    Path told = watchAsOther(lnd.file());
    await().until(() -> Files.readAllLines(told).size() == 1);
    assertThat(Files.readAllLines(told).getFirst())
        .startsWith("unreadable")
        .contains("permission denied");
    permit(lnd.file(), "r--r--r--");
    await().until(() -> last(told).equals("captured " + Sha256.of(content)));
  }

  @Test
  void a_directory_that_may_not_be_searched_is_unreadable_not_absent() throws IOException {
    StandInLnd lnd = new StandInLnd(temp.resolve("lnd"));
    byte[] content = lnd.update(1);
    permit(lnd.file(), "r--r--r--");
    permit(temp.resolve("lnd"), "---------");
    Path told = watchAsOther(lnd.file());
    await().until(() -> Files.readAllLines(told).size() == 1);
    assertThat(Files.readAllLines(told).getFirst())
        .startsWith("unreadable")
        .contains("permission denied");
    permit(temp.resolve("lnd"), "rwxr-xr-x");
    await().until(() -> last(told).equals("captured " + Sha256.of(content)));
  }

  private Path watchAsOther(Path file) throws IOException {
    Path classes = Files.createDirectory(temp.resolve("classes"));
    for (Class<?> origin : List.of(NodeWatcher.class, TellObservations.class, Logger.class)) {
      Path source = Path.of(origin.getProtectionDomain().getCodeSource().getLocation().getPath());
      String from = Files.isDirectory(source) ? source + "/." : source.toString();
      WatchedPathTest.run("cp", "-r", from, classes.toString());
    }
    WatchedPathTest.run("chmod", "-R", "a+rX", classes.toString());
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      assumeThat(Path.of("/usr/bin/setpriv")).exists();
      command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    }
    command.addAll(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-XX:+UseSerialGC",
            "-cp",
            classes + ":" + classes + "/*",
            TellObservations.class.getName(),
            file.toString()));
    Path output = temp.resolve("told");
    started.add(new ProcessBuilder(command).redirectOutput(output.toFile()).start());
    return output;
  }

  private static String last(Path told) throws IOException {
    return Files.readAllLines(told).getLast();
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static void permit(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
