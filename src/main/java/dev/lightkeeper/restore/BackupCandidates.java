package dev.lightkeeper.restore;

import dev.lightkeeper.node.ChannelBackup;
import dev.lightkeeper.node.NodeKind;
import dev.lightkeeper.node.Sha256;
import dev.lightkeeper.scb.Opening;
import dev.lightkeeper.stream.BackupOpener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One node's channel backups, offered newest first. The first that its key opens is chosen; where
 * there is no key, the first, and for LND, which will not import another node's, a few older ones
 * go with it.
 */
final class BackupCandidates {
  private static final int MOST_OLDER = 8;

  private final NodeKind kind;
  private final BackupOpener opener;
  private final Consumer<String> notes;
  private final Set<Sha256> known = new HashSet<>();
  private final List<NodeBackup> kept = new ArrayList<>();
  private @Nullable NodeBackup unopened;
  private boolean opened;
  private long newest;

  /**
   * @param notes told which were passed over
   */
  BackupCandidates(NodeKind kind, BackupOpener opener, Consumer<String> notes) {
    this.kind = kind;
    this.opener = opener;
    this.notes = notes;
  }

  /** Whether one of this content was offered. */
  boolean knows(Sha256 content) {
    return known.contains(content);
  }

  /** The highest sequence that was offered; 0 if none is known. */
  long newest() {
    return newest;
  }

  /** Whether no further one would change anything. */
  boolean enough() {
    return opened || kept.size() > (kind == NodeKind.LND ? MOST_OLDER : 0);
  }

  /** Whether none is kept yet. */
  boolean none() {
    return kept.isEmpty();
  }

  /**
   * Takes one that may hold channels.
   *
   * @return whether it was new and is kept
   */
  boolean offer(NodeBackup candidate) {
    ChannelBackup backup = candidate.backup();
    if (opened || backup == null || !known.add(backup.hash())) {
      return false;
    }
    newest = Math.max(newest, candidate.sequence());
    Opening opening = opener.open(candidate.node().name(), backup);
    if (opening instanceof Opening.NotOpened n) {
      notes.accept("%s is passed over: %s".formatted(name(candidate), n.why()));
      unopened = unopened == null ? candidate : unopened;
      return false;
    }
    kept.add(candidate);
    opened = opening instanceof Opening.Opened;
    return true;
  }

  private static String name(NodeBackup candidate) {
    return candidate.sequence() == 0
        ? "the archive's channel backup of " + candidate.node().name()
        : "version %d of %s".formatted(candidate.sequence(), candidate.node().name());
  }

  /** The one to restore; empty if none was offered. */
  Optional<NodeBackup> chosen() {
    NodeBackup none = unopened;
    if (kept.isEmpty() && none != null) {
      notes.accept(
          "no channel backup of %s opens with its key, which may be another node's: the newest is taken all the same"
              .formatted(none.node().name()));
      return Optional.of(none);
    }
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    List<ChannelBackup> older = new ArrayList<>();
    for (NodeBackup candidate : kept.subList(1, kept.size())) {
      ChannelBackup backup = candidate.backup();
      if (backup != null) {
        older.add(backup);
      }
    }
    return Optional.of(kept.getFirst().withOlder(older));
  }
}
