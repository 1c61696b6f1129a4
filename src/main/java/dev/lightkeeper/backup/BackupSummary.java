package dev.lightkeeper.backup;

import dev.lightkeeper.archive.ArchiveFile;
import dev.lightkeeper.archive.PassReport;
import dev.lightkeeper.handoff.Offering;
import dev.lightkeeper.shelf.Pruning;
import dev.lightkeeper.shelf.ShipmentQueue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a backup whose archive is kept on this host, verified.
 *
 * @param archive where it is
 * @param file its size and hash
 * @param contents what it holds of the volumes
 * @param took how long each step took
 * @param servicesDown how long services were down; zero if they stay down
 * @param stopped the names of the containers that were stopped or paused
 * @param shipments what became of each archive that was due to be shipped
 * @param prunings what was pruned, here first
 * @param offer of the nodes of a migration; null if none is offered
 * @param problems what did not go well after the archive was kept: one sentence each
 */
public record BackupSummary(
    Path archive,
    ArchiveFile file,
    PassReport contents,
    Map<BackupStep, Duration> took,
    Duration servicesDown,
    List<String> stopped,
    List<ShipmentQueue.Outcome> shipments,
    List<Pruning> prunings,
    Offering.@Nullable Made offer,
    List<String> problems) {
  /** Lists and map are copied. */
  public BackupSummary {
    took = new EnumMap<>(took);
    stopped = List.copyOf(stopped);
    shipments = List.copyOf(shipments);
    prunings = List.copyOf(prunings);
    problems = List.copyOf(problems);
  }

  /** Whether all that was to be done was done. */
  public boolean complete() {
    return problems.isEmpty() && (offer == null || offer.missed().isEmpty());
  }
}
