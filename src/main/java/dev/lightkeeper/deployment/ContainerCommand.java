package dev.lightkeeper.deployment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** A command that is run in a running container, and ends by itself. */
public final class ContainerCommand {
  private static final int KEPT_ERRORS = 8 * 1024;

  private final Engine engine;
  private final HostContainer container;
  private final Duration silence;

  /**
   * Commands in {@code container}.
   *
   * @param silence the longest one may print nothing before it is given up
   */
  public ContainerCommand(Engine engine, HostContainer container, Duration silence) {
    this.engine = engine;
    this.container = container;
    this.silence = silence;
  }

  /**
   * How it ended.
   *
   * @param printed stdout
   * @param errors the end of stderr
   */
  public record Ended(int exitCode, String printed, String errors) {}

  /**
   * Runs {@code words} with {@code input} as its stdin.
   *
   * @throws IOException if the connection broke, or it was silent for too long
   * @throws InterruptedException if this thread was interrupted; the command was ended
   */
  public Ended run(List<String> words, byte[] input)
      throws DeploymentException, IOException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Tail errors = new Tail(KEPT_ERRORS);
    try (ExecStream exec = ExecStream.start(engine, container, words, true)) {
      exec.write(ByteBuffer.wrap(input));
      exec.endInput();
      int exit = exec.drain(printed, errors, silence);
      return new Ended(exit, printed.toString(StandardCharsets.UTF_8), errors.text());
    } catch (InterruptedIOException e) {
      var _ = Thread.interrupted();
      InterruptedException interrupted =
          new InterruptedException(words.getFirst() + " was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
