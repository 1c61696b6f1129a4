package dev.lightkeeper.restore;

import dev.lightkeeper.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** Does or undoes a list of moves, wherever an earlier run got to. */
final class Swap {
  private final List<Move> moves;

  Swap(List<Move> moves) {
    this.moves = List.copyOf(moves);
  }

  /** Does what is not done yet. */
  void forward() throws IOException {
    for (Move move : moves.subList(done(), moves.size())) {
      rename(Path.of(move.from()), Path.of(move.to()));
    }
  }

  /** Undoes what is done, the last first. */
  void back() throws IOException {
    for (Move move : moves.subList(0, done()).reversed()) {
      rename(Path.of(move.to()), Path.of(move.from()));
    }
  }

  /** The first thing that went aside and is no longer where it was kept; empty if all is. */
  Optional<Path> lost() {
    return moves.stream()
        .filter(Move::aside)
        .map(move -> Path.of(move.to()))
        .filter(kept -> !there(kept))
        .findFirst();
  }

  /**
   * How many are done. They are done in order: what a move shows counts only after those before.
   */
  private int done() {
    int done = 0;
    while (done < moves.size() && done(moves.get(done))) {
      done++;
    }
    return done;
  }

  private static boolean done(Move move) {
    return move.aside() ? there(Path.of(move.to())) : !there(Path.of(move.from()));
  }

  private static boolean there(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static void rename(Path from, Path to) throws IOException {
    if (there(to)) {
      throw new IOException(to + " is there, where nothing should be");
    }
    Path parent = to.toAbsolutePath().getParent();
    Path left = from.toAbsolutePath().getParent();
    if (parent == null || left == null) {
      throw new IOException(from + " or " + to + " is in no folder");
    }
    Files.createDirectories(parent);
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    Trees.sync(parent);
    Trees.sync(left);
  }
}
