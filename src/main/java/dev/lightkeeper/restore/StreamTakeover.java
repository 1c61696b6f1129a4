package dev.lightkeeper.restore;

import dev.lightkeeper.health.HostName;
import dev.lightkeeper.health.ProcessLock;
import dev.lightkeeper.node.Node;
import dev.lightkeeper.node.NodeName;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.RemoteSession;
import dev.lightkeeper.remote.Writer;
import dev.lightkeeper.stream.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Announces this installation on every remote as the writer of the nodes it is configured to
 * stream: if the old server is alive after all, its daemon raises the highest alert.
 */
final class StreamTakeover {
  private final @Nullable Path state;
  private final List<Remote> remotes;
  private final List<Node> configured;
  private final List<String> problems = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  /**
   * @param state null if this host has no configuration
   */
  StreamTakeover(@Nullable Path state, List<Remote> remotes, List<Node> configured) {
    this.state = state;
    this.remotes = List.copyOf(remotes);
    this.configured = List.copyOf(configured);
  }

  /** What did not go well: one sentence each. */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** What became of each node's stream, and what a person has to do about it. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Does it for those of {@code nodes} that are configured here. */
  void run(List<NodeBackup> nodes) throws IOException, InterruptedException {
    List<NodeName> ours =
        nodes.stream()
            .map(n -> n.node().name())
            .filter(n -> configured.stream().anyMatch(c -> c.name().equals(n)))
            .toList();
    for (NodeBackup node : nodes) {
      if (!ours.contains(node.node().name())) {
        lines.add(
            "%s: nothing streams its channel backups from here: run lightkeeper init, or add it to"
                    .formatted(node.node().name())
                + " the configuration");
      }
    }
    if (state == null || ours.isEmpty() || remotes.isEmpty()) {
      return;
    }
    String id = writerId(state);
    for (Remote remote : remotes) {
      try (RemoteSession session = remote.connect()) {
        for (NodeName node : ours) {
          session.announceLast(node, new Writer(id, HostName.local(), Instant.now()));
        }
      } catch (RemoteException e) {
        problems.add(
            "%s does not know yet that this host streams its nodes now: %s → %s"
                .formatted(remote.name(), e.what(), e.remedy()));
      }
    }
    boolean runs = ProcessLock.holder(state).isPresent();
    for (NodeName node : ours) {
      lines.add(
          "%s: this host is its new writer; %s"
              .formatted(
                  node,
                  runs
                      ? "lightkeeper watch streams every change from here"
                      : "start streaming: systemctl enable --now lightkeeper"));
    }
  }

  /** This installation's, which the daemon must be able to read. */
  private static String writerId(Path state) throws IOException {
    Path file = state.resolve("writer");
    boolean fresh = Files.notExists(file);
    Files.createDirectories(state);
    String id = StateFolder.reading(state).writerId();
    if (fresh) {
      Files.setOwner(file, Files.getOwner(state, LinkOption.NOFOLLOW_LINKS));
    }
    return id;
  }
}
