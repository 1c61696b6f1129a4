package dev.lightkeeper.setup;

import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Features;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * What logging in to a remote and trying everything on a probe file found.
 *
 * @param features what the server can do; null if that was not reached
 * @param failure the kind of failure; null if there was none
 * @param remedy what to do next; null if nothing
 */
public record RemoteCheck(
    String remote,
    String location,
    Verdict verdict,
    @Nullable Features features,
    RemoteException.@Nullable Kind failure,
    String message,
    @Nullable String remedy) {

  /**
   * Checks all remotes at once; takes as long as the slowest. The folders of {@code nodes} are made
   * where they are missing, as streaming would.
   *
   * @throws InterruptedException if the calling thread was interrupted; the checks are given up
   */
  public static List<RemoteCheck> all(List<? extends Remote> remotes, List<NodeName> nodes)
      throws InterruptedException {
    List<RemoteCheck> checks = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RemoteCheck>> running =
          remotes.stream().map(r -> threads.submit(() -> of(r, nodes))).toList();
      try {
        for (Future<RemoteCheck> check : running) {
          checks.add(check.get());
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
    return checks;
  }

  private static RemoteCheck of(Remote remote, List<NodeName> nodes) throws InterruptedException {
    try (RemoteSession session = remote.connect()) {
      Features features = session.probe();
      for (NodeName node : nodes) {
        session.prepare(node);
        List<Version> _ = session.versions(node);
      }
      boolean complete = features.notes().isEmpty();
      return new RemoteCheck(
          remote.name(),
          remote.location(),
          complete ? Verdict.OK : Verdict.WARNING,
          features,
          null,
          features.server(),
          null);
    } catch (RemoteException e) {
      return new RemoteCheck(
          remote.name(), remote.location(), Verdict.FAILED, null, e.kind(), e.what(), e.remedy());
    }
  }
}
