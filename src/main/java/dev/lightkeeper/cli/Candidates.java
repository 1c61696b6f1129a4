package dev.lightkeeper.cli;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The versions that some remotes name, kept ready to be read: the newest first, whichever remote it
 * is on.
 */
final class Candidates implements AutoCloseable {
  private final List<Source> sources = new ArrayList<>();
  private final Consumer<String> warnings;
  private @Nullable RemoteException firstFailure;

  private record Source(Remote remote, RemoteSession session) {}

  private record Candidate(Source source, Version version) {}

  /**
   * What was found.
   *
   * @param remote the name of the remote it came from
   */
  record Found(String remote, NodeName node, Version version, ChannelBackup backup) {}

  private Candidates(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  /**
   * Connects to the remotes that answer; each other one is warned about.
   *
   * @throws RemoteException the first failure, if none answers
   */
  static Candidates connect(List<Remote> remotes, Consumer<String> warnings)
      throws RemoteException, InterruptedException {
    Candidates candidates = new Candidates(warnings);
    for (Remote remote : remotes) {
      try {
        candidates.sources.add(new Source(remote, remote.connect()));
      } catch (RemoteException e) {
        candidates.failed(remote, e);
      }
    }
    if (candidates.sources.isEmpty() && candidates.firstFailure != null) {
      throw candidates.firstFailure;
    }
    return candidates;
  }

  /** Whether every remote could be read: if not, a newer version may exist. */
  boolean complete() {
    return firstFailure == null;
  }

  /** The nodes that the remotes hold, in order of name. */
  List<NodeName> nodes() throws RemoteException {
    TreeSet<NodeName> nodes = new TreeSet<>();
    for (Source source : List.copyOf(sources)) {
      try {
        nodes.addAll(source.session.nodes());
      } catch (RemoteException e) {
        failed(source.remote, e);
        drop(source);
      }
    }
    return List.copyOf(nodes);
  }

  /**
   * The newest version of {@code node} whose content is what its name says.
   *
   * @param sequence only this one, or null for any
   * @return null if there is none
   * @throws RemoteException the first failure, if there is none and not every remote could be read
   */
  @Nullable Found newest(NodeName node, @Nullable Long sequence) throws RemoteException {
    for (Candidate candidate : sorted(node)) {
      if (sequence != null && candidate.version.sequence() != sequence) {
        continue;
      }
      Remote remote = candidate.source.remote;
      try {
        ChannelBackup backup = candidate.source.session.read(node, candidate.version);
        return new Found(remote.name(), node, candidate.version, backup);
      } catch (RemoteException e) {
        switch (e.kind()) {
          case TORN ->
              warnings.accept(
                  "version %d on %s is torn and passed over"
                      .formatted(candidate.version.sequence(), remote.name()));
          case NOT_FOUND -> {
            // Pruned by another since it was listed.
          }
          case UNREACHABLE, HOST_KEY, AUTHENTICATION, NO_SPACE, PERMISSION, FAILED ->
              failed(remote, e);
        }
      }
    }
    if (firstFailure != null) {
      throw firstFailure;
    }
    return null;
  }

  private List<Candidate> sorted(NodeName node) {
    List<Candidate> all = new ArrayList<>();
    for (Source source : List.copyOf(sources)) {
      try {
        source.session.versions(node).forEach(v -> all.add(new Candidate(source, v)));
      } catch (RemoteException e) {
        failed(source.remote, e);
        drop(source);
      }
    }
    all.sort(Comparator.comparing(Candidate::version).reversed());
    return all;
  }

  private void failed(Remote remote, RemoteException e) {
    if (firstFailure == null) {
      firstFailure = e;
    }
    warnings.accept(remote.name() + ": " + e.what() + " → " + e.remedy());
  }

  private void drop(Source source) {
    sources.remove(source);
    source.session.close();
  }

  @Override
  public void close() {
    sources.forEach(s -> s.session.close());
  }
}
