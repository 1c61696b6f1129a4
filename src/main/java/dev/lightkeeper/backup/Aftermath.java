package dev.lightkeeper.backup;

import dev.lightkeeper.remote.ArchiveName;
import dev.lightkeeper.remote.ArchiveShelf;
import dev.lightkeeper.remote.Remote;
import dev.lightkeeper.remote.RemoteException;
import dev.lightkeeper.shelf.ArchiveFolder;
import dev.lightkeeper.shelf.Pruning;
import dev.lightkeeper.shelf.ShipmentQueue;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What comes once an archive is kept: none of it can take it away again. */
final class Aftermath {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final BackupOrder order;
  private final @Nullable ArchiveFolder folder;
  private final ShipmentQueue queue;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param folder where archives are kept here; null if that is not known, for shipping only
   */
  Aftermath(BackupOrder order, @Nullable ArchiveFolder folder) {
    this.order = order;
    this.folder = folder;
    this.queue = new ShipmentQueue(order.state());
  }

  /** What did not go well: one sentence each. */
  List<String> problems() {
    return problems;
  }

  /** Notes that the archive is due everywhere; from now on the daemon ships it too. */
  void enqueue(ArchiveName name, ArchiveFolder kept) throws IOException {
    queue.add(name, kept, order.remotes().stream().map(Remote::name).toList());
  }

  List<ShipmentQueue.Outcome> ship(BackupWatcher watcher) throws InterruptedException {
    try {
      List<ShipmentQueue.Outcome> outcomes =
          queue.deliver(
              folder,
              order.remotes(),
              order.rate(),
              PATIENCE,
              (shipment, moved, verified, total) ->
                  watcher.at(
                      BackupStep.SHIP,
                      (moved + verified) / 2,
                      shipment.archive() + " to " + shipment.remote()));
      outcomes.forEach(this::remark);
      return outcomes;
    } catch (IOException e) {
      problems.add("the list of archives to be shipped cannot be used: " + e);
      return List.of();
    }
  }

  private void remark(ShipmentQueue.Outcome outcome) {
    switch (outcome) {
      case ShipmentQueue.Outcome.Delivered _ -> {}
      case ShipmentQueue.Outcome.Failed f ->
          problems.add(
              "%s is not on %s yet: %s; it is tried again by `lightkeeper watch` and by the next backup (%s)"
                  .formatted(
                      f.shipment().archive(),
                      f.shipment().remote(),
                      f.cause().what(),
                      f.cause().remedy()));
      case ShipmentQueue.Outcome.Dropped d ->
          problems.add(
              "%s will not be shipped to %s: %s"
                  .formatted(d.shipment().archive(), d.shipment().remote(), d.why()));
    }
  }

  List<Pruning> prune(ArchiveFolder folder) throws InterruptedException {
    List<Pruning> prunings = new ArrayList<>();
    Instant now = Instant.now();
    try {
      Set<ArchiveName> needed =
          queue.pending().stream()
              .map(ShipmentQueue.Shipment::archive)
              .collect(Collectors.toUnmodifiableSet());
      prunings.add(Pruning.local(folder, order.retention(), needed, now));
    } catch (IOException e) {
      problems.add("old archives in %s could not be pruned: %s".formatted(folder.path(), e));
    }
    for (Remote remote : order.remotes()) {
      try (ArchiveShelf shelf = remote.archives()) {
        prunings.add(Pruning.remote(shelf, order.retention(), now));
      } catch (RemoteException e) {
        problems.add(
            "old archives on %s could not be pruned: %s".formatted(remote.name(), e.what()));
      }
    }
    return prunings;
  }
}
