package dev.lightkeeper.deployment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command of this host, run in an environment that holds nothing but what is given here.
 *
 * @param environment all of it
 * @param folder where it runs
 */
public record ChildCommand(List<String> words, Map<String, String> environment, Path folder) {
  private static final int KEPT_BYTES = 16 * 1024;

  public ChildCommand {
    words = List.copyOf(words);
    environment = Map.copyOf(environment);
  }

  /**
   * Runs it without any input.
   *
   * @param out takes what it prints to stdout
   * @return exit code and the end of stderr
   * @throws IOException if it cannot be started, or was still running after {@code limit} and was
   *     killed
   * @throws InterruptedException if this thread was interrupted; the command was killed
   */
  public Ended run(OutputStream out, Duration limit) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    Tail errors = new Tail(KEPT_BYTES);
    try {
      process.getOutputStream().close();
      Thread printed = copy(process.getInputStream(), out);
      Thread complaints = copy(process.getErrorStream(), errors);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("it was still running after " + limit.toSeconds() + " s");
      }
      printed.join();
      complaints.join();
      return new Ended(process.exitValue(), errors.lastWords());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      var _ = process.destroyForcibly();
    }
  }

  private static Thread copy(InputStream from, OutputStream to) {
    return Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try (from) {
                from.transferTo(to);
              } catch (IOException e) {
                return; // A killed command's pipe; its exit code says the rest.
              }
            });
  }

  /**
   * How it ended.
   *
   * @param errors the last lines of stderr
   */
  public record Ended(int exitCode, String errors) {}
}
