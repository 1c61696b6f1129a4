package dev.lightkeeper.deployment;

import dev.lightkeeper.deployment.DeploymentException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Waits for a database in a container that runs. */
final class DatabaseAnswer {
  private static final long POLL_MILLIS = 100;

  private final Engine engine;
  private final DatabaseKind kind;
  private final HostContainer container;

  DatabaseAnswer(Engine engine, DatabaseKind kind, HostContainer container) {
    this.engine = engine;
    this.kind = kind;
    this.container = container;
  }

  /**
   * Waits until it answers.
   *
   * @throws DeploymentException of kind DATABASE if it does not within {@code limit}
   */
  void awaitReady(Duration limit) throws DeploymentException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Tail said = new Tail(4 * 1024);
    while (true) {
      try (ExecStream exec =
          ExecStream.start(engine, container, DatabaseProgram.of(kind).ready(), false)) {
        if (exec.drain(said, said, limit.plusSeconds(1)) == 0) {
          return;
        }
      } catch (IOException | DeploymentException e) {
        // Not up yet, or gone again; the deadline decides.
        byte[] why = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        said.write(why, 0, why.length);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for " + kind.service());
      }
      if (System.nanoTime() > deadline) {
        throw new DeploymentException(
            Kind.DATABASE,
            "the "
                + kind.service()
                + " database in "
                + container.name()
                + " was not ready after "
                + limit.toSeconds()
                + " s"
                + (said.total() == 0 ? "" : ": " + said.lastWords()),
            "see what it says: docker logs --tail 50 " + container.name());
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /**
   * Waits until the container's first process is the database itself: while its image makes a new
   * one, another process answers that is stopped again. Gives up waiting after {@code limit}: where
   * an image always starts the database below another process, this never comes.
   */
  void awaitSettled(Duration limit) throws DeploymentException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Tail said = new Tail(256);
    List<String> first =
        List.of(
            "sh",
            "-c",
            "case $(cat /proc/1/comm) in postgres|mariadbd|mysqld|docker-init|tini) exit 0;; esac;"
                + " exit 1");
    while (System.nanoTime() < deadline) {
      try (ExecStream exec = ExecStream.start(engine, container, first, false)) {
        if (exec.drain(said, said, limit.plusSeconds(1)) == 0) {
          return;
        }
      } catch (IOException e) {
        var _ = e; // looked at again below
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
