package dev.lightkeeper.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Runs this host's programs, and fails loudly if they do. */
public record Shell(Map<String, String> environment) {
  /**
   * Runs {@code words}.
   *
   * @return what it printed, stderr too
   * @throws IllegalStateException if it does not end with 0
   */
  public String run(String... words) {
    return run(List.of(words));
  }

  /** The same. */
  public String run(List<String> words) {
    Ended ended = ended(words);
    if (ended.exit() != 0) {
      throw new IllegalStateException(
          words + " ended with " + ended.exit() + ":\n" + ended.printed());
    }
    return ended.printed();
  }

  /** Whether {@code words} ends with 0, whatever it prints. */
  public boolean succeeds(List<String> words) {
    return ended(words).exit() == 0;
  }

  private Ended ended(List<String> words) {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Ended(process.waitFor(), printed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Ended(int exit, String printed) {}
}
