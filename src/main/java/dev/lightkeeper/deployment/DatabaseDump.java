package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Writes all of a running database as SQL, as BTCPay's own script does. */
public final class DatabaseDump {
  private static final Duration SILENCE = Duration.ofMinutes(5);
  private static final int KEPT_ERRORS = 8 * 1024;
  private static final int KEPT_END = 2 * 1024;

  private final Engine engine;
  private final DatabaseKind kind;
  private final HostContainer container;
  private final DatabaseProgram program;
  private final Duration silence;

  /** A dump of the database in {@code container}, which runs. */
  public DatabaseDump(Engine engine, DatabaseKind kind, HostContainer container) {
    this(engine, kind, container, DatabaseProgram.of(kind), SILENCE);
  }

  /**
   * The same with other commands.
   *
   * @param silence the longest the dump may print nothing before it is given up
   */
  DatabaseDump(
      Engine engine,
      DatabaseKind kind,
      HostContainer container,
      DatabaseProgram program,
      Duration silence) {
    this.engine = engine;
    this.kind = kind;
    this.container = container;
    this.program = program;
    this.silence = silence;
  }

  /**
   * Writes it to {@code out}, which is not closed. What was written counts only if this returns:
   * the program ended well and the dump's closing line was there.
   *
   * @return bytes of SQL
   * @throws DeploymentException of kind DUMP if the dump failed or is not whole
   * @throws IOException if {@code out} fails
   * @throws InterruptedException if this thread was interrupted; the dump was stopped
   */
  public long writeTo(OutputStream out)
      throws DeploymentException, IOException, InterruptedException {
    Sink sink = new Sink(out);
    Tail errors = new Tail(KEPT_ERRORS);
    int exit;
    try (ExecStream exec = ExecStream.start(engine, container, program.dump(), false)) {
      exit = exec.drain(sink, errors, silence);
    } catch (InterruptedIOException e) {
      throw interrupted(e);
    } catch (IOException e) {
      if (sink.failed) {
        throw e;
      }
      throw failed(String.valueOf(e.getMessage()), errors, e);
    } catch (DeploymentException e) {
      if (e.kind() == Kind.INTERRUPTED && Thread.interrupted()) {
        throw new InterruptedException(e.what());
      }
      throw failed(e.what(), errors, e);
    }
    if (exit != 0) {
      throw failed("the dump ended with exit code " + exit, errors, null);
    }
    if (("\n" + sink.end.text()).lastIndexOf("\n" + program.lastLine()) < 0) {
      throw failed("the dump's end is missing after " + sink.end.total() + " bytes", errors, null);
    }
    return sink.end.total();
  }

  private static InterruptedException interrupted(InterruptedIOException cause) {
    var _ = Thread.interrupted();
    InterruptedException e = new InterruptedException("the dump was interrupted");
    e.initCause(cause);
    return e;
  }

  private DeploymentException failed(String why, Tail errors, @Nullable Exception cause) {
    String said = errors.lastWords();
    return new DeploymentException(
        Kind.DUMP,
        "the "
            + kind.service()
            + " database in "
            + container.name()
            + " was not dumped: "
            + why
            + (said.isEmpty() ? "" : ": " + said),
        "see what the database says: docker logs --tail 50 " + container.name(),
        cause);
  }

  /** Passes the dump on, keeps its end, and knows whose failure a failure is. */
  private static final class Sink extends OutputStream {
    final Tail end = new Tail(KEPT_END);
    boolean failed;
    private final OutputStream out;

    Sink(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
      end.write(bytes, offset, length);
    }
  }
}
