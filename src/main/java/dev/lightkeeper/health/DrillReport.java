package dev.lightkeeper.health;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the last drill went: {@code drill.json} in the state folder, and {@code drill --json}. Sizes
 * in bytes.
 *
 * @param at when it began
 * @param archive null if none was found
 * @param made when the archive was; null if it does not say
 * @param problem why it failed: one sentence; null if it did not
 * @param spaceNeeded what a restore takes on the volumes' disk beside what is there
 * @param spaceFree what is free there, without that
 */
public record DrillReport(
    Instant at,
    @Nullable String archive,
    @Nullable String sha256,
    @Nullable Instant made,
    long size,
    Result result,
    @Nullable String problem,
    Durations millis,
    long spaceNeeded,
    long spaceFree,
    int withheld,
    List<NodeBackup> nodes,
    List<String> notes,
    int exitCode) {
  /** What came of it. */
  public enum Result {
    /** The archive can be restored, and every node has a channel backup. */
    OK,
    /** It can be restored, but a remote did not answer, or a node has no good channel backup. */
    PARTIAL,
    /** It cannot be restored. */
    FAILED
  }

  /**
   * What took how long, in milliseconds.
   *
   * @param fetching from a remote; 0 if it was on this host
   * @param checking reading, checking and extracting
   * @param loading the databases
   */
  public record Durations(long fetching, long checking, long loading, long total) {}

  /**
   * A node's newest channel backup.
   *
   * @param source where it is from; null if there is none
   * @param sequence 0 if it is not known
   * @param channels how many it holds; null if that is not known
   * @param opened whether the node's key opens it; null if there is no key here
   */
  public record NodeBackup(
      String node,
      @Nullable String source,
      long sequence,
      @Nullable String sha256,
      long size,
      @Nullable Instant time,
      @Nullable Integer channels,
      @Nullable Boolean opened) {}

  public DrillReport {
    // Another version's may lack them.
    nodes = nodes == null ? List.of() : List.copyOf(nodes);
    notes = notes == null ? List.of() : List.copyOf(notes);
  }
}
