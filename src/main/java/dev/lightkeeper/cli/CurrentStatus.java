package dev.lightkeeper.cli;

import dev.lightkeeper.config.Config;
import dev.lightkeeper.health.StatusReport;
import dev.lightkeeper.health.StatusReport.DaemonState;
import dev.lightkeeper.health.StatusReport.HoldingStatus;
import dev.lightkeeper.health.StatusReport.NodeStatus;
import dev.lightkeeper.health.StatusReport.RemoteStatus;
import dev.lightkeeper.health.StatusReport.VersionStatus;
import dev.lightkeeper.node.Sha256;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What can be said now: the daemon's last report, completed by what is configured; and where the
 * daemon is down, by a look at the nodes' files.
 */
final class CurrentStatus {
  private static final String OK = "ok";

  private final Config config;
  private final @Nullable StatusReport last;

  /**
   * @param last the daemon's last report, if it ever made one
   */
  CurrentStatus(Config config, @Nullable StatusReport last) {
    this.config = config;
    this.last = last;
  }

  /** The report of a running daemon, with what it does not know of yet. */
  StatusReport up(long pid, Instant now) {
    if (last == null) {
      return compose(DaemonState.RUNNING, pid, now, List.of(), List.of());
    }
    return compose(last.daemon(), pid, last.at(), last.nodes(), last.remotes());
  }

  /** The report of a daemon that is down, each node's file looked at. */
  StatusReport down(Instant now) {
    Map<String, Look> looks = new TreeMap<>();
    config.nodes().forEach(n -> looks.put(n.name(), Look.at(n.file())));
    List<NodeStatus> known = last == null ? List.of() : last.nodes();
    Map<String, NodeStatus> before =
        known.stream().collect(Collectors.toMap(NodeStatus::name, Function.identity()));
    List<NodeStatus> nodes = new ArrayList<>();
    for (Config.NodeSection section : config.nodes()) {
      Look look = looks.getOrDefault(section.name(), new Look("unknown", null, null));
      NodeStatus previous = before.get(section.name());
      nodes.add(look.applied(section, previous));
    }
    List<RemoteStatus> remotes =
        (last == null ? List.<RemoteStatus>of() : last.remotes())
            .stream().map(r -> disconnected(r, looks)).toList();
    return compose(DaemonState.DOWN, null, last == null ? now : last.at(), nodes, remotes);
  }

  private StatusReport compose(
      DaemonState daemon,
      @Nullable Long pid,
      Instant at,
      List<NodeStatus> nodes,
      List<RemoteStatus> remotes) {
    return new StatusReport(
        StatusReport.SCHEMA,
        last == null ? ProgramVersion.number() : last.version(),
        daemon,
        at,
        pid,
        last == null ? at : last.startedAt(),
        withConfiguredNodes(nodes),
        withConfiguredRemotes(remotes),
        last == null ? List.of() : last.alerts(),
        last == null ? 0 : last.spoolBytes());
  }

  private List<NodeStatus> withConfiguredNodes(List<NodeStatus> reported) {
    List<NodeStatus> all = new ArrayList<>(reported);
    for (Config.NodeSection section : config.nodes()) {
      if (reported.stream().noneMatch(n -> n.name().equals(section.name()))) {
        all.add(
            new NodeStatus(
                section.name(),
                section.kind(),
                section.file().toString(),
                "unknown",
                "the daemon has not reported on it: restart it",
                null,
                null));
      }
    }
    return all;
  }

  private List<RemoteStatus> withConfiguredRemotes(List<RemoteStatus> reported) {
    List<RemoteStatus> all = new ArrayList<>(reported);
    for (Config.RemoteSection section : config.remotes()) {
      if (reported.stream().noneMatch(r -> r.name().equals(section.name()))) {
        all.add(
            new RemoteStatus(
                section.name(),
                section.url().toString(),
                false,
                null,
                List.of(),
                "the daemon has not reported on it",
                null,
                0,
                List.of()));
      }
    }
    return all;
  }

  private static RemoteStatus disconnected(RemoteStatus remote, Map<String, Look> looks) {
    List<HoldingStatus> nodes =
        remote.nodes().stream().map(h -> compared(h, looks.get(h.node()))).toList();
    return new RemoteStatus(
        remote.name(),
        remote.location(),
        false,
        remote.server(),
        remote.features(),
        remote.lastError(),
        remote.lastErrorAt(),
        remote.reconnects(),
        nodes);
  }

  /** Up to date is what is durable and is in the file now. */
  private static HoldingStatus compared(HoldingStatus h, @Nullable Look look) {
    VersionStatus durable = h.durable();
    boolean same = look != null && durable != null && durable.sha256().equals(look.sha256());
    return new HoldingStatus(
        h.node(),
        durable,
        h.verified(),
        same,
        h.durableAt(),
        h.lagMillis(),
        same ? 0 : Math.max(1, h.behind()),
        0,
        h.superseded());
  }

  /** One look at a node's file, for its hash. */
  private record Look(String state, @Nullable String reason, @Nullable String sha256) {
    static Look at(Path file) {
      try {
        return new Look(OK, null, Sha256.of(Files.readAllBytes(file)).hex());
      } catch (NoSuchFileException e) {
        return new Look("absent", "there is no file", null);
      } catch (AccessDeniedException e) {
        return new Look("unreadable", "this user may not read it", null);
      } catch (IOException e) {
        return new Look("unreadable", e.toString(), null);
      }
    }

    NodeStatus applied(Config.NodeSection section, @Nullable NodeStatus previous) {
      VersionStatus newest = previous == null ? null : previous.newest();
      boolean changed = sha256 != null && (newest == null || !newest.sha256().equals(sha256));
      return new NodeStatus(
          section.name(),
          section.kind(),
          section.file().toString(),
          state,
          changed ? "not streamed: it changed while the daemon was down" : reason,
          changed || previous == null ? null : previous.channels(),
          newest);
    }
  }
}
