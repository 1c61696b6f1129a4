package dev.lightkeeper.handoff;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was locked on this host, and how to undo it: {@code locked.json} in the state folder.
 *
 * @param offer the text of the offer's note
 * @param secret the private half of the offer's key, PKCS #8 in Base64
 * @param since when it was locked
 * @param containers those of the nodes, as they were
 * @param voided why the offer is void; null while it is open
 * @param owed the remotes that are not known to hold that yet
 * @param codeUntil until when a code that was shown for it is valid; null if none was
 * @param made when the offer was whole, here and where it had to be; null before that
 */
record LockJournal(
    int version,
    String offer,
    String secret,
    Instant since,
    List<LockedNode> nodes,
    List<LockedContainer> containers,
    @Nullable VoidMark voided,
    List<String> owed,
    @Nullable Instant codeUntil,
    @Nullable Instant made) {
  static final int VERSION = 1;

  /**
   * One node.
   *
   * @param file its channel backup
   * @param backup that file's hash; null if it was not there
   * @param databases by their paths
   */
  record LockedNode(
      String name, String kind, String file, @Nullable Stamp backup, Map<String, Stamp> databases) {
    LockedNode {
      databases = Map.copyOf(databases);
    }
  }

  /** A {@link FileHash} as JSON has it. */
  record Stamp(long size, String modified, String sha256) {}

  /**
   * One container.
   *
   * @param startedAt as the Engine spelled it; another one means that it ran since
   */
  record LockedContainer(
      String id, String name, String restartPolicy, int retries, String startedAt) {}

  /** Why and when the offer became void. */
  record VoidMark(String reason, Instant at) {}

  LockJournal {
    if (version != VERSION) {
      throw new IllegalArgumentException("it is of version " + version + ", not " + VERSION);
    }
    nodes = List.copyOf(nodes);
    containers = List.copyOf(containers);
    owed = List.copyOf(owed);
  }

  /** Void from now on, unless it is already: the first reason stays. */
  LockJournal voided(String reason, Instant at, List<String> remotes) {
    return voided != null
        ? this
        : new LockJournal(
            version,
            offer,
            secret,
            since,
            nodes,
            containers,
            new VoidMark(reason, at),
            remotes,
            codeUntil,
            made);
  }

  LockJournal offering(String text) {
    return new LockJournal(
        version, text, secret, since, nodes, containers, voided, owed, codeUntil, made);
  }

  LockJournal owing(List<String> remotes) {
    return new LockJournal(
        version, offer, secret, since, nodes, containers, voided, remotes, codeUntil, made);
  }

  LockJournal shown(Instant until) {
    return new LockJournal(
        version, offer, secret, since, nodes, containers, voided, owed, until, made);
  }

  LockJournal madeAt(Instant time) {
    return new LockJournal(
        version, offer, secret, since, nodes, containers, voided, owed, codeUntil, time);
  }
}
