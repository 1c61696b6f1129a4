package dev.lightkeeper.shelf;

import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.remote.StoredArchive;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * What a {@link Retention} means for one place, and what was done about it.
 *
 * @param decisions for each archive, newest first
 * @param removed those that were removed
 * @param note what a person should know, such as whose job pruning is; empty if nothing
 */
public record Pruning(List<Retention.Decision> decisions, List<ArchiveName> removed, String note) {
  static final String WRITE_ONCE =
      "this remote is write-once: nothing can be removed with this key; prune on that server, or"
          + " with another key";

  public Pruning {
    decisions = List.copyOf(decisions);
    removed = List.copyOf(removed);
  }

  /** What would be done; nothing was. */
  public static Pruning planned(List<Retention.Decision> decisions) {
    return new Pruning(decisions, List.of(), "");
  }

  /**
   * Prunes the local folder.
   *
   * @param needed archives that still have to be shipped: they stay
   */
  public static Pruning local(
      ArchiveFolder folder, Retention retention, Set<ArchiveName> needed, Instant now)
      throws IOException {
    List<Retention.Decision> decisions = withNeeded(folder.list(), retention, needed, now);
    List<ArchiveName> removed = new ArrayList<>();
    for (Retention.Decision decision : decisions) {
      if (!decision.keep()) {
        folder.remove(decision.archive().name());
        removed.add(decision.archive().name());
      }
    }
    return new Pruning(decisions, removed, "");
  }

  /** What {@link #local} decides. */
  public static List<Retention.Decision> withNeeded(
      Collection<StoredArchive> archives,
      Retention retention,
      Set<ArchiveName> needed,
      Instant now) {
    return retention.decide(archives, now).stream()
        .map(
            d ->
                !d.keep() && needed.contains(d.archive().name())
                    ? new Retention.Decision(
                        d.archive(), true, List.of("still to be shipped to a remote"))
                    : d)
        .toList();
  }

  /** Prunes a remote, as far as it lets. */
  public static Pruning remote(ArchiveShelf shelf, Retention retention, Instant now)
      throws RemoteException, InterruptedException {
    List<Retention.Decision> decisions = retention.decide(shelf.list(), now);
    List<ArchiveName> removed = new ArrayList<>();
    for (Retention.Decision decision : decisions) {
      if (!decision.keep()) {
        if (!shelf.remove(decision.archive().name())) {
          return new Pruning(decisions, removed, WRITE_ONCE);
        }
        removed.add(decision.archive().name());
      }
    }
    return new Pruning(decisions, removed, shelf.features().remove() ? "" : WRITE_ONCE);
  }
}
