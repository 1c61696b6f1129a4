package dev.lightkeeper.restore;

import dev.lightkeeper.node.ToxicFiles;
import dev.lightkeeper.restore.RestoreException.Kind;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whose node it is: the files that must be there together, or not at all. */
final class NodeIdentity {
  private static final Set<String> WALLETS = Set.of("wallet.db", "chain.sqlite");

  private NodeIdentity() {}

  /**
   * Checks that every LND wallet below {@code tree} comes with what unlocks it.
   *
   * @throws RestoreException REFUSED: with one of the two alone, BTCPay's image makes a new seed or
   *     never starts
   */
  static void insistComplete(Path tree) throws IOException, RestoreException {
    Path[] alone = new Path[1];
    boolean[] lost = new boolean[1];
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = String.valueOf(file.getFileName());
            boolean lnd = file.toString().contains("/data/chain/");
            if (lnd && WALLETS.contains(name) && !there(file.resolveSibling("walletunlock.json"))) {
              alone[0] = file;
            }
            if (lnd
                && name.equals("walletunlock.json")
                && WALLETS.stream().noneMatch(w -> there(file.resolveSibling(w)))) {
              alone[0] = file;
              lost[0] = true;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    Path found = alone[0];
    if (found != null) {
      throw new RestoreException(
          Kind.REFUSED,
          "the archive has %s without the %s that belongs to it"
              .formatted(tree.relativize(found), lost[0] ? "wallet.db" : "walletunlock.json"),
          "LND's container would make a new seed or stay locked: take an archive that holds both");
    }
  }

  private static boolean there(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * The first file below {@code data}, a volume's content, that is channel state or identity by its
   * name; null if there is none.
   *
   * @param volume its name
   */
  static @Nullable Path firstIn(Path data, String volume) throws IOException {
    Path[] found = new Path[1];
    if (!Files.isDirectory(data)) {
      return null;
    }
    Files.walkFileTree(
        data,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String path = "volumes/" + volume + "/_data/" + data.relativize(file);
            boolean macaroon = path.endsWith(".macaroon");
            if (ToxicFiles.channelState(path).isPresent()
                || (ToxicFiles.identity(path) && !macaroon)) {
              found[0] = file;
              return FileVisitResult.TERMINATE;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE; // a running service removes files all the time
          }
        });
    return found[0];
  }
}
