package dev.lightkeeper.remote.sftp;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the steps of connecting within a bounded time, and leaves nothing open if they fail. */
final class Dial {
  private static final Duration LIMIT = Duration.ofSeconds(19);

  private Dial() {}

  /**
   * What {@code steps} return; if they fail, take too long or the caller is interrupted, {@code
   * link} is cut.
   *
   * @throws RemoteException as thrown by the steps, or of kind UNREACHABLE
   */
  static <T> T within(SshLink link, String server, Callable<T> steps)
      throws RemoteException, InterruptedException {
    // A thread of its own: name resolution can be neither interrupted nor limited.
    FutureTask<T> task = new FutureTask<>(steps);
    Thread.ofVirtual().name("sftp-connect").start(task);
    boolean done = false;
    try {
      T result = task.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      done = true;
      return result;
    } catch (TimeoutException e) {
      throw new RemoteException(
          Kind.UNREACHABLE,
          "%s did not let in within %d seconds".formatted(server, LIMIT.toSeconds()),
          "see whether the server runs and the network is up",
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RemoteException known) {
        throw known;
      }
      throw unreachable(server, e);
    } finally {
      if (!done) {
        link.cut();
      }
    }
  }

  static RemoteException unreachable(String server, Throwable cause) {
    return new RemoteException(
        Kind.UNREACHABLE,
        "Cannot connect to " + server + ": " + Causes.of(cause),
        "see whether the server runs, the address is right and the network is up",
        cause);
  }
}
