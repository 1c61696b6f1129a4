package dev.lightkeeper.realnodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** LND as a process of this host. */
final class LocalMachine implements Machine {
  private static final int LINES = 30;

  private final String program;
  private final Path log;
  private @Nullable Process process;

  LocalMachine(String program, Path log) {
    this.program = program;
    this.log = log;
  }

  @Override
  public void start(List<String> options) throws IOException {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(options);
    process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
  }

  @Override
  public boolean runs() {
    Process running = process;
    return running != null && running.isAlive();
  }

  @Override
  public void end() {
    Process running = process;
    process = null;
    if (running != null) {
      running.destroy();
      var _ = running.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  @Override
  public void kill() {
    Process running = process;
    process = null;
    if (running != null) {
      var _ = running.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  @Override
  public String tail() {
    try {
      List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
