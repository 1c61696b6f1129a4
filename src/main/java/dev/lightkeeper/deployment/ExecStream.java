package dev.lightkeeper.deployment;

import com.github.dockerjava.api.command.InspectExecResponse;
import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A program run in a container, connected to streams of ours.
 *
 * <p>Over a connection of its own and not through docker-java: that never tells the program that
 * its input ended, and takes a connection that broke for the program's end. The connection is
 * "hijacked" (Docker Engine API, "Exec start"): after the answer's headers it carries stdin raw,
 * and stdout and stderr in frames of type (1 byte), three zeros, length (4 bytes), payload.
 */
final class ExecStream implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;
  private static final int MOST_HEADERS = 16 * 1024;
  private static final Duration EXIT_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  private final Engine engine;
  private final String id;
  private final String container;
  private final SocketChannel channel;
  private final Selector readable;
  private final Selector writable;
  private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).flip();
  private final byte[] chunk = new byte[BUFFER];
  private boolean ended;
  private volatile boolean aborted;

  private ExecStream(Engine engine, String id, String container) throws IOException {
    this.engine = engine;
    this.id = id;
    this.container = container;
    this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    this.readable = Selector.open();
    this.writable = Selector.open();
  }

  /**
   * Starts {@code command} in a running container.
   *
   * @param input whether it gets a stdin
   */
  static ExecStream start(
      Engine engine, HostContainer container, List<String> command, boolean input)
      throws DeploymentException, IOException {
    String id =
        Engine.call(
            "run " + command.getFirst() + " in container " + container.name(),
            () ->
                engine
                    .docker()
                    .execCreateCmd(container.id())
                    .withCmd(command.toArray(String[]::new))
                    .withAttachStdin(input)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .exec()
                    .getId());
    ExecStream stream = new ExecStream(engine, id, container.id());
    try {
      stream.connect();
    } catch (IOException e) {
      stream.closeChannel();
      throw e;
    }
    return stream;
  }

  private void connect() throws IOException {
    var _ = channel.connect(UnixDomainSocketAddress.of(engine.host().getPath()));
    channel.configureBlocking(false);
    channel.register(readable, SelectionKey.OP_READ);
    channel.register(writable, SelectionKey.OP_WRITE);
    String body = "{\"Detach\":false,\"Tty\":false}";
    String request =
        "POST "
            + engine.apiPath()
            + "/exec/"
            + id
            + "/start HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    StringBuilder headers = new StringBuilder();
    while (headers.indexOf("\r\n\r\n") < 0 && headers.length() < MOST_HEADERS) {
      headers.append((char) readByte());
    }
    if (!headers.toString().matches("(?s)HTTP/1\\.[01] (101|200) .*")) {
      throw new IOException(
          "Docker answered: " + headers.toString().lines().findFirst().orElse(""));
    }
  }

  private int readByte() throws IOException {
    if (!in.hasRemaining() && !fill(ANSWER_LIMIT)) {
      throw new EOFException("Docker closed the connection instead of an answer");
    }
    return in.get() & 0xff;
  }

  /**
   * Passes on what the program prints until it ends.
   *
   * @param silence the longest it may print nothing
   * @return its exit code
   * @throws IOException if it is silent for longer, the connection breaks, or {@code out} fails
   * @throws InterruptedIOException if this thread was interrupted
   */
  int drain(OutputStream out, OutputStream errors, Duration silence)
      throws IOException, DeploymentException {
    while (true) {
      if (!in.hasRemaining() && !fill(silence)) {
        break;
      }
      long header = 0;
      for (int i = 0; i < 8; i++) {
        need(silence);
        header = (header << 8) | (in.get() & 0xff);
      }
      int stream = (int) (header >>> 56);
      long length = header & 0xffff_ffffL;
      for (long left = length; left > 0; ) {
        need(silence);
        int n = (int) Math.min(left, Math.min(in.remaining(), chunk.length));
        in.get(chunk, 0, n);
        (stream == 2 ? errors : out).write(chunk, 0, n);
        left -= n;
      }
    }
    int exit = exitCode();
    ended = true;
    return exit;
  }

  private void need(Duration silence) throws IOException {
    if (!in.hasRemaining() && !fill(silence)) {
      throw new EOFException("Docker's connection broke in the middle");
    }
  }

  /** Waits for bytes; false at the connection's end. */
  private boolean fill(Duration limit) throws IOException {
    in.clear();
    try {
      int n = channel.read(in);
      while (n == 0) {
        int ready = readable.select(Math.max(1, limit.toMillis()));
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted");
        }
        if (aborted) {
          throw new IOException("given up");
        }
        if (ready == 0) {
          throw new IOException("nothing came for " + limit.toSeconds() + " s");
        }
        readable.selectedKeys().clear();
        n = channel.read(in);
      }
      return n > 0;
    } catch (ClosedByInterruptException e) {
      throw interrupted(e);
    } finally {
      in.flip();
    }
  }

  private int exitCode() throws DeploymentException, IOException {
    long deadline = System.nanoTime() + EXIT_LIMIT.toNanos();
    while (true) {
      InspectExecResponse state = inspect();
      Long code = state.getExitCodeLong();
      if (!Boolean.TRUE.equals(state.isRunning()) && code != null) {
        return Math.toIntExact(code);
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("Docker closed the connection while the program still ran");
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  private InspectExecResponse inspect() throws DeploymentException {
    return Engine.call(
        "ask how a program in a container ended", () -> engine.docker().inspectExecCmd(id).exec());
  }

  /** Writes to the program's stdin; for one thread, which may be another one than the reader. */
  void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        var _ = writable.select();
        writable.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted");
        }
      }
    }
  }

  private static InterruptedIOException interrupted(ClosedByInterruptException cause) {
    InterruptedIOException e = new InterruptedIOException("interrupted");
    e.initCause(cause);
    return e;
  }

  /** Makes the reader fail, so that the program's input never ends as if it were whole. */
  void abort() {
    aborted = true;
    var _ = readable.wakeup();
  }

  /** Tells the program that its input ended. */
  void endInput() throws IOException {
    var _ = channel.shutdownOutput();
  }

  private void closeChannel() throws IOException {
    readable.close();
    writable.close();
    channel.close();
  }

  /** Ends the connection and, if it still runs, the program. */
  @Override
  public void close() throws IOException {
    closeChannel();
    if (!ended) {
      kill();
    }
  }

  /** Docker has no call to end an exec; its process is one of this host's. */
  private void kill() throws IOException {
    boolean interrupted = Thread.interrupted(); // the question below must get through
    try {
      InspectExecResponse state = inspect();
      Long pid = state.getPidLong();
      if (Boolean.TRUE.equals(state.isRunning()) && pid != null && pid > 1 && inContainer(pid)) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
      }
    } catch (DeploymentException e) {
      // The container or the Engine is gone, and the program with it.
      if (e.kind() != Kind.FAILED) {
        throw new IOException(e);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A process of another pid namespace may have the same number. */
  private boolean inContainer(long pid) throws IOException {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cgroup")).contains(container);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
