package dev.lightkeeper.realnodes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code lightkeeper} in a process of its own. */
record Command(Path log, Map<String, String> environment) {
  Process start(String... words) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lightkeeper.cli.Main"));
    all.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  /** Runs it to its end and returns its exit code. */
  int run(String... words) throws IOException, InterruptedException {
    return start(words).waitFor();
  }
}
