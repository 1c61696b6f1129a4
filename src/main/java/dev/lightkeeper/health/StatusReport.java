package dev.lightkeeper.health;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's own account of itself, as kept in {@code status.json} in the state folder and as
 * printed by {@code status --json}. Fields are only ever added. Times are UTC, sizes bytes,
 * durations milliseconds.
 *
 * @param pid the daemon's process; null if it is down
 */
public record StatusReport(
    int schema,
    String version,
    DaemonState daemon,
    Instant at,
    @Nullable Long pid,
    Instant startedAt,
    List<NodeStatus> nodes,
    List<RemoteStatus> remotes,
    List<OpenAlert> alerts,
    long spoolBytes) {
  /** The number of this shape. */
  public static final int SCHEMA = 1;

  public StatusReport {
    nodes = List.copyOf(nodes);
    remotes = List.copyOf(remotes);
    alerts = List.copyOf(alerts);
  }

  /** What the daemon does. */
  public enum DaemonState {
    RUNNING,
    STOPPING,
    DOWN
  }

  /**
   * A node.
   *
   * @param state {@code ok}, {@code absent}, {@code unreadable} or {@code unknown}
   * @param newest the newest version observed
   * @param channels how many channels it holds, where known
   */
  public record NodeStatus(
      String name,
      String kind,
      String file,
      String state,
      @Nullable String reason,
      @Nullable Integer channels,
      @Nullable VersionStatus newest) {}

  /** A version. */
  public record VersionStatus(long sequence, Instant observedAt, long size, String sha256) {}

  /**
   * A remote.
   *
   * @param features what the server offers and lacks, for people
   */
  public record RemoteStatus(
      String name,
      String location,
      boolean connected,
      @Nullable String server,
      List<String> features,
      @Nullable String lastError,
      @Nullable Instant lastErrorAt,
      long reconnects,
      List<HoldingStatus> nodes) {
    public RemoteStatus {
      features = List.copyOf(features);
      nodes = List.copyOf(nodes);
    }
  }

  /**
   * What one remote holds of one node.
   *
   * @param durable the newest durable version; {@code verified} tells whether it was read back
   * @param behind how many observed versions newer than that are not durable there yet
   * @param lagMillis from observed to durable, of the newest durable version
   */
  public record HoldingStatus(
      String node,
      @Nullable VersionStatus durable,
      boolean verified,
      boolean upToDate,
      @Nullable Instant durableAt,
      @Nullable Long lagMillis,
      int behind,
      int inFlight,
      long superseded) {}

  /** An alert that is not over. */
  public record OpenAlert(
      String kind, @Nullable String node, @Nullable String remote, Instant since, String message) {
    /** How urgent it is; printed as {@code urgency}. */
    @JsonProperty
    public Urgency urgency() {
      return Alert.Kind.of(kind).map(Alert.Kind::urgency).orElse(Urgency.WARNING);
    }

    /** What it is about: the same subject is the same alert, still going on. */
    public String subject() {
      return kind
          + (node == null ? "" : " node " + node)
          + (remote == null ? "" : " remote " + remote);
    }
  }
}
