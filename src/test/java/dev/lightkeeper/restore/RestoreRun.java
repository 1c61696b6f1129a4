package dev.lightkeeper.restore;

import dev.lightkeeper.deployment.BtcpayEnvironment;
import dev.lightkeeper.deployment.Engine;
import dev.lightkeeper.remote.directory.DirectoryRemote;
import dev.lightkeeper.stream.StateFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A restore in a process of its own, which dies without a word at a step. */
final class RestoreRun {
  static final int KILLED = 77;

  private RestoreRun() {}

  /**
   * Arguments: the Engine's socket, the profile, the archive, the step to die at; for a migration a
   * folder that is the remote, and the state folder; without an archive it rolls back.
   */
  public static void main(String[] args) throws Exception {
    try (Engine engine = Engine.open(URI.create(args[0]))) {
      Path profile = Path.of(args[1]);
      if (args.length == 3) {
        var _ =
            new Restore(engine, BtcpayEnvironment.read(profile), watcher(args[2]), List.of())
                .rollBack();
        return;
      }
      RestoreOrder order =
          args.length == 4 ? order(Path.of(args[2]), profile) : migration(args, profile);
      var _ =
          new Restore(engine, BtcpayEnvironment.read(profile), watcher(args[3]), order.remotes())
              .run(order);
    }
  }

  private static RestoreOrder migration(String[] args, Path profile) throws IOException {
    Path state = Path.of(args[5]);
    return new RestoreOrder(
        Path.of(args[2]),
        null,
        profile,
        null,
        List.of(new DirectoryRemote("disk", Path.of(args[4]))),
        List.of(),
        new Migrating(state, StateFolder.reading(state).writerId(), "new", null));
  }

  static int child(URI host, Path profile, Path archive, String step)
      throws IOException, InterruptedException {
    return child(List.of(host.toString(), profile.toString(), archive.toString(), step));
  }

  static int rollBack(URI host, Path profile, String step)
      throws IOException, InterruptedException {
    return child(List.of(host.toString(), profile.toString(), step));
  }

  static int migration(URI host, Path profile, Path archive, String step, Path disk, Path state)
      throws IOException, InterruptedException {
    return child(
        List.of(
            host.toString(),
            profile.toString(),
            archive.toString(),
            step,
            disk.toString(),
            state.toString()));
  }

  private static int child(List<String> arguments) throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                RestoreRun.class.getName()));
    line.addAll(arguments);
    return new ProcessBuilder(line).inheritIO().start().waitFor();
  }

  static RestoreOrder order(Path archive, Path profile) {
    return new RestoreOrder(archive, null, profile, null, List.of(), List.of(), null);
  }

  /**
   * @param end the beginning of the step at which the process halts, as by kill -9; {@code no} to
   *     say no to the plan
   */
  static RestoreWatcher watcher(String end) {
    return new Told(
        what -> {
          if (!end.isEmpty() && what.startsWith(end)) {
            Runtime.getRuntime().halt(KILLED);
          }
        },
        !end.equals("no"));
  }

  /**
   * Runs something at each step.
   *
   * @param agrees whether it says yes
   */
  record Told(Consumer<String> steps, boolean agrees) implements RestoreWatcher {
    /** One that says yes. */
    Told(Consumer<String> steps) {
      this(steps, true);
    }

    @Override
    public void step(String what) {
      steps.accept(what);
    }

    @Override
    public void note(String line) {}

    @Override
    public void at(long bytes, String current) {}

    @Override
    public boolean agree(String what) {
      return agrees;
    }

    @Override
    public boolean confirm(RestorePlan plan) {
      return agrees;
    }
  }
}
