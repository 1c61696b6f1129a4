package dev.lightkeeper.deployment;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Stops and starts the stack in a process of its own, which can be killed at any moment. */
final class ChildQuiesce implements AutoCloseable {
  private final Process process;

  private ChildQuiesce(Process process) {
    this.process = process;
  }

  static ChildQuiesce start(
      URI host, Path profile, Path state, QuiesceMode mode, List<Path> archived)
      throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ChildQuiesce.class.getName(),
                host.toString(),
                profile.toString(),
                state.toString(),
                mode.name()));
    archived.forEach(p -> words.add(p.toString()));
    return new ChildQuiesce(new ProcessBuilder(words).inheritIO().start());
  }

  /** Stops what is to be stopped and starts it again. */
  public static void main(String[] args) throws Exception {
    try (Engine engine = Engine.open(URI.create(args[0]))) {
      Quiesce quiesce =
          new Quiesce(
              engine,
              BtcpayEnvironment.read(Path.of(args[1])),
              QuiesceMode.valueOf(args[3]),
              Arrays.stream(args).skip(4).map(Path::of).toList());
      quiesce.begin(Path.of(args[2])).run();
    }
  }

  /** As {@code kill -9}. */
  @Override
  public void close() {
    var _ = process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
