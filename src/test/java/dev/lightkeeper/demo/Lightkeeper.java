package dev.lightkeeper.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The built program, run as its users run it. */
record Lightkeeper(Path program, Path config) {
  private ProcessBuilder command(String... arguments) {
    List<String> line = new ArrayList<>(List.of(program.toString()));
    line.addAll(List.of(arguments));
    line.addAll(List.of("--config", config.toString()));
    return new ProcessBuilder(line);
  }

  /** Runs a command to its end, its output being ours. */
  int run(String... arguments) throws IOException, InterruptedException {
    return command(arguments).inheritIO().start().waitFor();
  }

  /** Starts a command whose output goes to {@code log}. */
  Process start(Path log, String... arguments) throws IOException {
    return command(arguments).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** SIGTERM, and SIGKILL if that does not end it. */
  static void stop(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
