package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Engine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A restore in a process of its own, which dies without a word at a step. */
final class RestoreRun {
  static final int KILLED = 77;

  private RestoreRun() {}

  /** Arguments: the Engine's socket, the profile, the archive, the step to die at. */
  public static void main(String[] args) throws Exception {
    try (Engine engine = Engine.open(URI.create(args[0]))) {
      Path profile = Path.of(args[1]);
      var _ =
          new Restore(engine, BtcpayEnvironment.read(profile), watcher(args[3]))
              .run(order(Path.of(args[2]), profile));
    }
  }

  static int child(URI host, Path profile, Path archive, String step)
      throws IOException, InterruptedException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            RestoreRun.class.getName(),
            host.toString(),
            profile.toString(),
            archive.toString(),
            step)
        .inheritIO()
        .start()
        .waitFor();
  }

  static RestoreOrder order(Path archive, Path profile) {
    return new RestoreOrder(archive, null, profile, null, List.of(), List.of());
  }

  /**
   * @param end the beginning of the step at which the process halts, as by kill -9; {@code no} to
   *     say no to the plan
   */
  static RestoreWatcher watcher(String end) {
    return new RestoreWatcher() {
      @Override
      public void step(String what) {
        if (!end.isEmpty() && what.startsWith(end)) {
          Runtime.getRuntime().halt(KILLED);
        }
      }

      @Override
      public void note(String line) {}

      @Override
      public void at(long bytes, String current) {}

      @Override
      public boolean confirm(RestorePlan plan) {
        return !end.equals("no");
      }
    };
  }
}
