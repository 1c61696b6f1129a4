package dev.lightkeeper.cli;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import dev.lightkeeper.scb.Opening;
import dev.lightkeeper.stream.BackupOpener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * What one remote holds, every version read back and checked against the hash in its name.
 *
 * @param kept the versions, oldest first within each node
 * @param torn the names that state a version their content is not
 */
record Holdings(List<Kept> kept, List<Torn> torn) {
  private static final int AT_ONCE = 16;

  Holdings {
    kept = List.copyOf(kept);
    torn = List.copyOf(torn);
  }

  /** A version whose content matches. */
  record Kept(String remote, NodeName node, Version version, int size, Opening opening) {}

  /** A file that is no version. */
  record Torn(String remote, NodeName node, Version version) {}

  /**
   * Reads the last {@code last} versions of {@code only}, or of every node, and opens each that
   * there is a key for.
   *
   * @throws RemoteException if the remote cannot be read; a torn file is not that
   */
  static Holdings read(Remote remote, @Nullable NodeName only, int last, BackupOpener opener)
      throws RemoteException, InterruptedException {
    try (RemoteSession session = remote.connect()) {
      List<Kept> kept = new ArrayList<>();
      List<Torn> torn = new ArrayList<>();
      for (NodeName node : only == null ? session.nodes() : List.of(only)) {
        List<Version> versions = session.versions(node);
        List<Version> recent =
            versions.subList(Math.max(0, versions.size() - last), versions.size());
        for (Checked checked : check(session, node, recent, opener)) {
          switch (checked) {
            case Checked.Valid(var v, var size, var opening) ->
                kept.add(new Kept(remote.name(), node, v, size, opening));
            case Checked.TornFile(var v) -> torn.add(new Torn(remote.name(), node, v));
            case Checked.Gone() -> {
              // Pruned by another since it was listed.
            }
          }
        }
      }
      return new Holdings(kept, torn);
    }
  }

  private sealed interface Checked {
    record Valid(Version version, int size, Opening opening) implements Checked {}

    record TornFile(Version version) implements Checked {}

    record Gone() implements Checked {}
  }

  private static List<Checked> check(
      RemoteSession session, NodeName node, List<Version> versions, BackupOpener opener)
      throws RemoteException, InterruptedException {
    Semaphore slots = new Semaphore(AT_ONCE);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Checked>> reads =
          versions.stream()
              .map(v -> threads.submit(() -> check(session, node, v, slots, opener)))
              .toList();
      List<Checked> results = new ArrayList<>();
      for (Future<Checked> read : reads) {
        results.add(read.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RemoteException failed) {
        throw failed;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Checked check(
      RemoteSession session, NodeName node, Version version, Semaphore slots, BackupOpener opener)
      throws RemoteException, InterruptedException {
    slots.acquire();
    try {
      ChannelBackup backup = session.read(node, version);
      return new Checked.Valid(version, backup.size(), opener.open(node, backup));
    } catch (RemoteException e) {
      return switch (e.kind()) {
        case TORN -> new Checked.TornFile(version);
        case NOT_FOUND -> new Checked.Gone();
        case UNREACHABLE, HOST_KEY, AUTHENTICATION, NO_SPACE, PERMISSION, FAILED -> throw e;
      };
    } finally {
      slots.release();
    }
  }
}
