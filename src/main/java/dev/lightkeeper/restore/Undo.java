package dev.lightkeeper.restore;

import dev.lightkeeper.files.Trees;
import dev.lightkeeper.handoff.HandoffException;
import dev.lightkeeper.restore.RestoreException.Kind;
import dev.lightkeeper.restore.RestoreJournal.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Undoes the last restore because a person asks for it, unless an old channel state came back. */
record Undo(RestoreSite site) {
  /**
   * Undoes it, if a person agrees.
   *
   * @return the folder that what was restored is kept in; empty if nobody agreed
   * @throws RestoreException NOT_FOUND if there is none, REFUSED, STUCK
   */
  Optional<Path> run() throws RestoreException, IOException, InterruptedException {
    RestoreFolder folder = site.folder();
    RestoreJournal last = folder.toUndo();
    if (last.handover() != null) {
      return migration(last) ? Optional.of(folder.of(last.id())) : Optional.empty();
    }
    insistKept(last);
    for (Move move : last.moves()) {
      Path before = Path.of(move.to());
      if (move.aside() && Files.isDirectory(before)) {
        Path parent = Objects.requireNonNull(before.getParent());
        Path node = NodeIdentity.firstIn(before, String.valueOf(parent.getFileName()));
        if (node != null) {
          throw new RestoreException(
              Kind.REFUSED,
              "what was there before holds a node that may be out of date by now: " + node,
              "an old channel state must not come back: recover that node from its channel"
                  + " backup");
        }
      }
    }
    if (!agreed(last)) {
      return Optional.empty();
    }
    site.watcher().step("putting back what was there before");
    site.rollBack(last);
    return Optional.of(folder.staging(last.id()));
  }

  private boolean agreed(RestoreJournal last) throws IOException {
    return site.watcher()
        .agree(
            switch (last.phase()) {
              case CLAIMING, ROLLED_BACK ->
                  "Give up the handoff that was claimed for the restore %s.".formatted(last.name());
              case SWAPPING, SPENDING, STARTING, DONE, ROLLING_BACK ->
                  "Undo the restore %s: what is on this host now goes aside, what was before comes back."
                      .formatted(last.name());
            });
  }

  /** One that ended moved all of it aside: what is gone since cannot come back, nor half of it. */
  private static void insistKept(RestoreJournal last) throws RestoreException {
    if (last.phase() != Phase.DONE && last.phase() != Phase.STARTING) {
      return;
    }
    Optional<Path> lost = new Swap(last.moves()).lost();
    if (lost.isPresent()) {
      throw new RestoreException(
          Kind.NOT_FOUND,
          "what was there before the restore %s is no longer kept: %s"
              .formatted(last.name(), lost.get()),
          "nothing was touched; put it back there if it was only moved, or restore an archive");
    }
  }

  /** Before its nodes ran here; afterwards nothing else has their channels any more. */
  private boolean migration(RestoreJournal last)
      throws RestoreException, IOException, InterruptedException {
    Takeover takeover = Takeover.of(last, Objects.requireNonNull(last.handover()), site.remotes());
    boolean started = last.phase() == Phase.STARTING || last.phase() == Phase.DONE;
    if (started || (last.phase() == Phase.SPENDING && takeover.used())) {
      throw new RestoreException(
          Kind.REFUSED,
          started
              ? "the nodes of this migration run here since: an older channel state must not come"
                  + " back"
              : "this migration is all but done, and its handoff is used up: it can only be"
                  + " finished",
          started
              ? "to move back, migrate from here to there: lightkeeper backup --migrate"
              : "run the same 'lightkeeper restore … --migrate' again",
          null);
    }
    new PlacedDatabases(site.folder(), last).insistUnused(Kind.REFUSED);
    if (!agreed(last)) {
      return false;
    }
    if (last.phase() != Phase.CLAIMING && last.phase() != Phase.ROLLED_BACK) {
      site.watcher().step("putting back what was there before");
      site.rollBack(last);
    }
    try {
      // First: as long as the claim stands, both hosts' nodes stay locked.
      site.claims().abandon(last);
    } catch (HandoffException e) {
      throw Takeover.refused(e);
    }
    Trees.remove(site.folder().staging(last.id()));
    return true;
  }
}
