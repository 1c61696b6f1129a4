package dev.lightkeeper.remote.directory;

import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteException.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What touches a disk, each call in a thread of its own and with a deadline: one that hangs, as a
 * server's behind NFS does, cannot be interrupted, and must hold up nobody. While one hangs, no
 * other is begun.
 */
final class DiskCalls {
  private final Path root;
  private final Duration limit;
  private final Set<Running> running = ConcurrentHashMap.newKeySet();

  /** Something to do on the disk. */
  interface Call<T> {
    T run() throws IOException, RemoteException;
  }

  /** Known by its identity. */
  private static final class Running {
    private final long since = System.nanoTime();
  }

  DiskCalls(Path root, Duration limit) {
    this.root = root;
    this.limit = limit;
  }

  /**
   * @throws RemoteException UNREACHABLE if the disk does not answer within the limit, or has not
   *     answered before; else as the call's
   */
  <T> T within(Call<T> call) throws RemoteException {
    if (hanging()) {
      throw hangs(null);
    }
    FutureTask<T> task = new FutureTask<>(call::run);
    begin(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw hangs(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RemoteException(
          Kind.FAILED, "What was under way in " + root + " was cancelled", "try again", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private RemoteException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case RemoteException e -> e;
      case IOException e -> DiskFailure.of(e, root);
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(cause);
    };
  }

  /** Does it in the background; whoever waits for nothing may call this on any thread. */
  void begin(Runnable work) {
    Running call = new Running();
    running.add(call);
    Thread.ofPlatform()
        .name("disk")
        .daemon()
        .start(
            () -> {
              try {
                work.run();
              } finally {
                running.remove(call);
              }
            });
  }

  /** Whether something that was begun is overdue. */
  boolean hanging() {
    long now = System.nanoTime();
    return running.stream().anyMatch(r -> now - r.since > limit.toNanos());
  }

  private RemoteException hangs(@Nullable Throwable cause) {
    return new RemoteException(
        Kind.UNREACHABLE,
        "The disk of %s does not answer: nothing for %d seconds".formatted(root, limit.toSeconds()),
        "see the kernel's log (dmesg) and, if it is another machine's, whether that runs",
        cause);
  }
}
