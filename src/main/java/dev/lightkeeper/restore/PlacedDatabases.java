package dev.lightkeeper.restore;

import dev.lightkeeper.handoff.ChannelDatabases;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The channel databases that a migration put in place before it was cut short. Once a node ran with
 * them, nothing else has its channels: they are neither taken away nor is their claim given up.
 */
record PlacedDatabases(RestoreFolder folder, RestoreJournal journal) {
  private static final String VOLUMES = "/volumes/";

  /**
   * What shows that a node ran with them, or does; empty if nothing does, or none is in place.
   *
   * @throws IOException if one cannot be looked at: then nobody knows
   */
  Optional<String> used() throws IOException {
    RestoreJournal.Handover handover = journal.handover();
    boolean inPlace =
        switch (journal.phase()) {
          case SWAPPING, SPENDING, ROLLING_BACK -> true;
          // Not yet, no more, or for good.
          case CLAIMING, ROLLED_BACK, STARTING, DONE -> false;
        };
    if (handover == null || !inPlace) {
      return Optional.empty();
    }
    Map<Path, String> hashes = new TreeMap<>();
    handover.databases().forEach((path, hash) -> hashes.put(here(path), hash));
    for (Map.Entry<Path, String> database : hashes.entrySet()) {
      Optional<String> used = used(database.getKey(), database.getValue());
      if (used.isEmpty()) {
        used = appeared(database.getKey(), hashes.keySet());
      }
      if (used.isPresent()) {
        return used;
      }
    }
    return Optional.empty();
  }

  private Optional<String> used(Path database, String hash) throws IOException {
    Path file = now(database);
    if (!Files.exists(file)) {
      // Not in place, it is still where channel state is kept aside.
      return file.equals(database) ? Optional.of(file + " is gone") : Optional.empty();
    }
    if (ChannelDatabases.inUse(file)) {
      return Optional.of(file + " is open");
    }
    return ChannelDatabases.hash(file).hex().equals(hash)
        ? Optional.empty()
        : Optional.of(file + " changed");
  }

  /** Where a file that is, or was to be, at {@code place} is now: there, or still staged. */
  private Path now(Path place) {
    for (Move move : journal.moves()) {
      Path from = Path.of(move.from());
      if (!move.aside() && place.startsWith(move.to()) && Files.exists(from)) {
        return from.resolve(Path.of(move.to()).relativize(place));
      }
    }
    return place;
  }

  /** A journal or log beside a database holds what is newer than it. */
  private Optional<String> appeared(Path database, Set<Path> known) throws IOException {
    Path file = now(database);
    try (Stream<Path> files = Files.list(file.resolveSibling(".").normalize())) {
      return files
          .map(f -> String.valueOf(f.getFileName()))
          .filter(ChannelDatabases::named)
          .filter(name -> !known.contains(database.resolveSibling(name)))
          .map(name -> file.resolveSibling(name) + " appeared")
          .sorted()
          .findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // nothing is staged there yet
    }
  }

  /** A path of the source in Docker's root of this host. */
  private Path here(String path) {
    Path root = folder.path().toAbsolutePath().getParent();
    String name = path.substring(path.lastIndexOf(VOLUMES) + 1);
    return root == null ? Path.of("/", name) : root.resolve(name);
  }

  /**
   * Insists that no node ran with them.
   *
   * @throws RestoreException of {@code kind}
   */
  void insistUnused(Kind kind) throws RestoreException, IOException {
    Optional<String> used = used();
    if (used.isPresent()) {
      throw new RestoreException(
          kind,
          "a node of this migration ran here since it was cut short, and its newest channels are"
              + " here alone: %s".formatted(used.get()),
          "nothing was deleted, and it can only be finished: run the same 'lightkeeper restore …"
              + " --migrate' again",
          null);
    }
  }
}
