package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs SQL in a running database; the first error ends it. */
public final class DatabaseLoad {
  // An index over a large table is built without a word.
  private static final Duration SILENCE = Duration.ofHours(6);
  private static final Duration FEEDER_LIMIT = Duration.ofSeconds(10);
  private static final int KEPT_ERRORS = 8 * 1024;
  private static final int BUFFER = 64 * 1024;

  private final Engine engine;
  private final DatabaseKind kind;
  private final HostContainer container;

  /** Loads into the database in {@code container}, which runs. */
  public DatabaseLoad(Engine engine, DatabaseKind kind, HostContainer container) {
    this.engine = engine;
    this.kind = kind;
    this.container = container;
  }

  /**
   * Feeds {@code sql} to the database until its end; does not close it.
   *
   * @throws DeploymentException of kind LOAD if a statement failed; those before it were done
   * @throws IOException if {@code sql} cannot be read; the database got a part of it
   * @throws InterruptedException if this thread was interrupted; the load was stopped
   */
  public void readFrom(InputStream sql)
      throws DeploymentException, IOException, InterruptedException {
    Tail errors = new Tail(KEPT_ERRORS);
    AtomicReference<@Nullable IOException> unread = new AtomicReference<>();
    int exit;
    try (ExecStream exec =
        ExecStream.start(engine, container, DatabaseProgram.of(kind).load(), true)) {
      Thread feeder = Thread.ofPlatform().daemon().start(() -> feed(sql, exec, unread));
      try {
        exit = exec.drain(OutputStream.nullOutputStream(), errors, SILENCE);
      } finally {
        feeder.interrupt();
      }
      var _ = feeder.join(FEEDER_LIMIT);
    } catch (InterruptedIOException e) {
      var _ = Thread.interrupted();
      InterruptedException interrupted = new InterruptedException("the load was interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (IOException e) {
      IOException source = unread.get();
      if (source != null) {
        throw source;
      }
      throw failed(String.valueOf(e.getMessage()), errors, e);
    }
    if (exit != 0) {
      throw failed("it ended with exit code " + exit, errors, null);
    }
  }

  private static void feed(
      InputStream sql, ExecStream exec, AtomicReference<@Nullable IOException> unread) {
    byte[] buffer = new byte[BUFFER];
    try {
      while (true) {
        int n;
        try {
          n = sql.read(buffer);
        } catch (IOException e) {
          unread.set(e);
          exec.abort();
          return;
        }
        if (n < 0) {
          exec.endInput();
          return;
        }
        exec.write(ByteBuffer.wrap(buffer, 0, n));
      }
    } catch (IOException e) {
      // The program ended before its input did, and its exit code and stderr say why.
      return;
    }
  }

  private DeploymentException failed(String why, Tail errors, @Nullable Exception cause) {
    String said = errors.lastWords();
    return new DeploymentException(
        Kind.LOAD,
        "the "
            + kind.service()
            + " database in "
            + container.name()
            + " did not take the dump: "
            + why
            + (said.isEmpty() ? "" : ": " + said),
        "see what the database says: docker logs --tail 50 " + container.name(),
        cause);
  }
}
